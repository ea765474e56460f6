"""What medical brings to the records."""

from linli.records.program import Program

PROGRAM = Program(id="medical")
