//! Reading kinds from TOML.
