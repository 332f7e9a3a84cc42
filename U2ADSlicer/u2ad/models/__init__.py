"""Networks and the store of their weights. This room knows arrays and tensors, no scans."""
