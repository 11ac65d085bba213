package frequency

// DecodeShard puts the content of the first block in the place of what the first shard has.
func DecodeShard(t *Table, content []byte) error {
	var s shard
	s.init(t.cfg)
	if err := s.decode(content, 0); err != nil {
		return err
	}
	t.shards[0].take(&s)
	return nil
}
