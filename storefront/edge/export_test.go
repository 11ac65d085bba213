package edge

// Accepted is the name of the encoding chosen for an Accept-Encoding header.
func Accepted(header string) string { return encodingNames[accepted([]byte(header))] }

// NoneMatches is what If-None-Match says of a tag.
func NoneMatches(header, tag string) bool { return noneMatches([]byte(header), tag) }

// Settle waits for the renderings under way. Those that begin meanwhile may not be waited for.
func (c *Cache) Settle() { c.work.Wait() }
