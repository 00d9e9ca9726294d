"""The models of the parcels' contract."""
