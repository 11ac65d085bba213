package market

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/netip"
	"os"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// first is where the networks begin: they are 16.0.0.0/20 and those that follow, up to 31.255.240.0.
const first = 16 << 24

// cityOf is in which city a network is: most are in a few.
func cityOf(network uint32) int {
	return few(spread(uint64(network)), citiesOf) + few(spread(uint64(network)+1<<40), len(countries))*citiesOf
}

// few is a number below n of which the first are drawn most: the least of three.
func few(random uint64, n int) int {
	const third = 1<<21 - 1
	return int(min(random&third, random>>21&third, random>>42&third) * uint64(n) >> 21)
}

// spread is a number that says nothing of the one that it is made of: the finalizer of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
func spread(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// address is one of the addresses below first, by its number from 0 to 1<<28.
func address(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], first+n)
	return netip.AddrFrom4(b)
}

// writeNetworks writes a database of cities as MaxMind's are.
func writeNetworks(path string) error {
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "GeoLite2-City", RecordSize: 28, BuildEpoch: 1_790_000_000})
	if err != nil {
		return err
	}
	records := make([]mmdbtype.Map, len(countries)*citiesOf)
	for i := range records {
		records[i] = record(i)
	}
	for n := range uint32(Networks) {
		base := address(n << 12).As4()
		network := &net.IPNet{IP: base[:], Mask: net.CIDRMask(20, 32)}
		if err := tree.Insert(network, records[cityOf(n)]); err != nil {
			return err
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	if _, err := tree.WriteTo(w); err != nil {
		return err
	}
	return w.Flush()
}

// record is what the database says of a city: all the fields that MaxMind's have, in three of their languages.
func record(city int) mmdbtype.Map {
	c := countries[city/citiesOf]
	names := func(s string) mmdbtype.Map {
		return mmdbtype.Map{"en": mmdbtype.String(s), "de": mmdbtype.String(s), "es": mmdbtype.String(s)}
	}
	return mmdbtype.Map{
		"city":      mmdbtype.Map{"names": names(cityName(city)), "geoname_id": mmdbtype.Uint32(1_000_000 + city)},
		"continent": mmdbtype.Map{"code": mmdbtype.String("EU"), "names": names("Somewhere")},
		"country":   mmdbtype.Map{"iso_code": mmdbtype.String(c.code), "names": names(c.code), "geoname_id": mmdbtype.Uint32(city / citiesOf)},
		"subdivisions": mmdbtype.Slice{mmdbtype.Map{
			"iso_code": mmdbtype.String(string(rune('A' + city%5))), "names": names("Province"),
		}},
		"location": mmdbtype.Map{
			"latitude": mmdbtype.Float64(float64(city%120) - 60), "longitude": mmdbtype.Float64(float64(city%300) - 150),
			"accuracy_radius": mmdbtype.Uint16(20), "time_zone": mmdbtype.String(c.zone),
		},
		"postal": mmdbtype.Map{"code": mmdbtype.String("10115")},
	}
}
