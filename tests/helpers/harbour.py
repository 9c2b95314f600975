"""An article, the same rewritten by hand, and a report of its own on the same days; all made up."""

ARTICLE = """The harbour of Norwick froze on Monday for the first time since 1963, and 40 boats were trapped in the ice.
Harbour master Elin Strand said that nobody had been hurt. An icebreaker from Bergen was expected on Thursday.
Fishermen carried their catch across the ice to the market. The price of cod rose by a third within two days.
The council opened the town hall for families whose heating had failed. About 200 people spent the night there."""
REWRITTEN = """On Monday, Norwick's port iced over for the first time since 1963, trapping 40 vessels.
Elin Strand, the harbour master, stated that no one had been injured. On Thursday an icebreaker was due from Bergen.
Across the ice, fishermen brought what they had caught to the market. Cod became a third more expensive in two days.
For families without working heating the town hall was opened by the council. Some 200 people slept there."""
OWN_REPORT = """Schools in Norwick stay closed this week because of the cold, the education office announced.
The ice in the harbour has held 40 boats since Monday. Meteorologist Jon Vik blames a high over Siberia.
He expects minus 20 degrees until the weekend. The town last saw such a winter in 1963, when people walked over the bay.
Buses run every hour instead of every ten minutes. Skaters enjoyed the frost on Lake Tovel."""
