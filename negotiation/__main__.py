"""`python -m negotiation` is the command `negotiation`."""

from negotiation.cli import main

if __name__ == "__main__":
    main()
