"""Stores on the network: transport, transfer, queries."""
