"""The instruments, one a file; each module has one `INSTRUMENT`, found by discovery."""
