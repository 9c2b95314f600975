"""A causal language model, read by onnxruntime."""
