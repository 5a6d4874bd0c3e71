//! Reading plans from TOML.
