"""The review page: plans as one self-contained page on which a person decides, and which gives the plan back."""
