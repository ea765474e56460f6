"""`python -m linli`: the `linli` command."""

from linli.command import main

if __name__ == "__main__":
    main()
