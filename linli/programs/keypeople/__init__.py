"""重点人员: rounds, arrivals, hosts' reports, notice and inquiry, registers by hand, handover between communities."""
