"""`python -m steer_eval`: the same as the command `steer-eval`."""

from steer_eval.cli import main

if __name__ == "__main__":
    main()
