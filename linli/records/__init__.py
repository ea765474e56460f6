"""登记: what happened, written down once and never overwritten, and the registers that follow from it."""
