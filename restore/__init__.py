"""Repairs news text damaged by synonym spinners, round-trip translation or bad scraping."""
