"""`python -m restore` does what `restore` does."""

from restore.cli import main

if __name__ == "__main__":
    main()
