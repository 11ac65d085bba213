// Package sellers writes and reads the files by which anybody can check who may sell the ads of a site: ads.txt, which a site publishes, and sellers.json, which
// an ad system does.
//
//	text, err := sellers.AppendAdsTxt(nil, sellers.AdsTxt{OwnerDomain: "kino.example", Records: []sellers.Record{ours}})
//	file := sellers.ParseAdsTxt(body)
//	if file.Standing(ours) != sellers.Listed { … }
//
// Writing refuses what a reader could misunderstand, with a fault.Invalid that names the field. Reading takes any file: lines that are wrong are left out
// and told, as the specification wants it. The functions are pure and safe for concurrent use.
//
// Sources: IAB Tech Lab, ads.txt 1.1 (August 2022) and sellers.json 1.0 (July 2019).
package sellers
