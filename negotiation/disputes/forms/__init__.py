"""The forms of payoffs, one a file; each module has one `FORM`, found by discovery."""
