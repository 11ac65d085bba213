package market

import (
	"math/rand/v2"
	"strconv"
)

// Crowd are the people who look at pages. One goroutine at a time uses it.
type Crowd struct {
	r    *rand.Rand
	body []byte
}

// Visitor is whose browser sends a request.
type Visitor struct {
	address uint32
	agent   int
}

// NewCrowd returns a crowd whose visits depend on the seed alone.
func NewCrowd(seed uint64) *Crowd { return &Crowd{r: rand.New(rand.NewPCG(seed, 3))} }

// Strings of consent (Transparency and Consent Framework 2.2): to everything, and to nothing.
const (
	agrees  = "COyiBqdOyiBqdObAAAENAfCIAP8AAH-AAAAAB4AXQQgEAAAgoAAAAABAIYQUAAAAAAAAAAAAAAAIQIQCxIvkgQMAAAABgAIAAAAAAAAAAABAZAkAAA"
	refuses = "COvcSpYOvcSpYC9AAAENAPCAAAAAAAAAAAAACvwDQABAAIAAYABIAC4AJQAagA9ACEAPgAjIBJoCvAK-AAAAAA"
)

// Append appends the request of somebody's page for an ad, headers and all.
func (c *Crowd) Append(dst []byte) ([]byte, Visitor) {
	person := uint64(c.r.Uint32N(People))
	self := spread(person)
	v := Visitor{address: uint32(self >> 36), agent: int(self % uint64(len(agents)))}
	house := c.r.IntN(publishers)
	c.body = c.page(append(c.body[:0], '{'), house)
	c.body = c.person(c.body, person, self)
	c.body = append(c.body, `,"slots":[{"id":"a","placement":"place-`...)
	c.body = strconv.AppendInt(c.body, int64(c.r.IntN(placements)), 10)
	c.body = append(c.body, `"}]}`...)

	dst = v.head(dst, "POST /v1/decisions")
	dst = append(dst, "Origin: https://house-"...)
	dst = strconv.AppendInt(dst, int64(house), 10)
	dst = append(dst, ".example\r\nContent-Type: text/plain\r\nContent-Length: "...)
	dst = strconv.AppendInt(dst, int64(len(c.body)), 10)
	dst = append(dst, "\r\n\r\n"...)
	return append(dst, c.body...), v
}

// Beacon appends the request by which a visitor's browser tells of an ad: path is "/v/" or "/c/" and the token.
func (v Visitor) Beacon(dst, path []byte) []byte {
	dst = append(append(dst, "GET "...), path...)
	dst = v.head(dst, "")
	return append(dst, "Accept: image/webp,*/*;q=0.5\r\n\r\n"...)
}

// head appends the first line, or its end when it has begun, and who asks.
func (v Visitor) head(dst []byte, line string) []byte {
	dst = append(dst, line...)
	dst = append(dst, " HTTP/1.1\r\nHost: ads.example\r\nUser-Agent: "...)
	dst = append(dst, agents[v.agent]...)
	dst = append(dst, "\r\nX-Forwarded-For: "...)
	dst = address(v.address).AppendTo(dst)
	return append(dst, "\r\nAccept-Language: en\r\nAccept-Encoding: gzip, br\r\n"...)
}

// page says what is around the ad.
func (c *Crowd) page(dst []byte, house int) []byte {
	dst = append(dst, `"publisher":"house-`...)
	dst = strconv.AppendInt(dst, int64(house), 10)
	dst = append(dst, `","page":{"kind":"event","event":"evt-`...)
	dst = strconv.AppendInt(dst, int64(c.r.IntN(100_000)), 10)
	dst = append(dst, `","venue":"ven-`...)
	dst = strconv.AppendInt(dst, int64(c.r.IntN(2000)), 10)
	dst = append(dst, '"')
	if c.r.IntN(2) == 0 { // the others are where their address is
		dst = append(dst, `,"city":"port-`...)
		dst = strconv.AppendInt(dst, int64(cityOf(c.r.Uint32())), 10)
		dst = append(dst, '"')
	}
	dst = append(dst, `,"language":"`...)
	dst = append(dst, languages[c.r.IntN(len(languages))]...)
	dst = c.list(append(dst, '"'), "genres", genres, 1+c.r.IntN(3))
	dst = c.list(dst, "categories", categories, 1+c.r.IntN(2))
	return append(dst, '}')
}

// person says who looks and what he agreed to.
func (c *Crowd) person(dst []byte, person, self uint64) []byte {
	own := Crowd{r: rand.New(rand.NewPCG(self, 4))} // the same each time that he comes
	dst = append(dst, `,"user":{"id":"u-`...)
	dst = strconv.AppendUint(dst, person, 10)
	dst = own.list(append(dst, '"'), "interests", interests, 2+own.r.IntN(4))
	dst = own.list(dst, "booked", booked, own.r.IntN(4))
	dst = append(dst, `,"age":"`...)
	dst = append(dst, ages[own.r.IntN(len(ages))]...)
	dst = append(dst, `","gender":"`...)
	dst = append(dst, genders[own.r.IntN(len(genders))]...)
	dst = append(dst, '"')
	switch n := own.r.IntN(100); {
	case n < 45:
		dst = append(dst, `,"consent":{"personal":true}`...)
	case n < 75:
		dst = append(dst, `,"consent":{"gdpr":true,"tcf":"`+agrees+`"}`...)
	case n < 85:
		dst = append(dst, `,"consent":{"gdpr":true,"tcf":"`+refuses+`"}`...)
	}
	return append(dst, '}')
}

func (c *Crowd) list(dst []byte, name string, values []string, n int) []byte {
	dst = append(dst, `,"`...)
	dst = append(dst, name...)
	dst = append(dst, `":[`...)
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, '"')
		dst = append(dst, values[c.r.IntN(len(values))]...)
		dst = append(dst, '"')
	}
	return append(dst, ']')
}
