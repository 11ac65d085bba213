// Package local is the recommendation engine inside of the program: the default, and what stands in when another engine is down.
//
//	engine, err := local.Open(ctx, journal, local.Config{})
//	go engine.Run(ctx) // learns, and hears what other nodes record
//	found, err := engine.Recommend(ctx, recommend.Query{Tenant: partner, User: user, N: 60})
//
// Events end within weeks, so it learns on what lasts of them (recommend.Item.Keys) and scores events through it: one that came a second
// ago is scored by its artist, series, venue and genre. What somebody may like is a blend of
//
//   - who chose this also chose that (package learn), whose share grows with what is known of the person,
//   - what an item is like: people, genres, tags, venue, price, language,
//   - what many choose, here and of late, and how quickly its places are sold,
//   - where and when: distance, time of the week, season, screen.
//
// Guarantees:
//
//   - What was recorded counts in the next answer of the same node, and within a second in those of others.
//   - Answers come from immutable snapshots; a rebuild delays none. One rebuild runs at a time.
//   - What was learnt is kept in the journal: a restart does not begin cold.
//   - A tenant's model is learnt from its own people; what it lacks it gets from all of them together.
package local
