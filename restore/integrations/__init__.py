"""`restore` inside other frameworks: a component of spaCy, an item pipeline of Scrapy. Nothing else imports them."""
