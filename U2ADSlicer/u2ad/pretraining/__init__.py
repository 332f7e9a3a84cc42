"""Pretraining of U2AD's network on healthy cords, scanned and simulated: `u2ad pretrain`."""
