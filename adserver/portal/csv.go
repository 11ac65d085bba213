package portal

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
)

func (p *Portal) advertiserCSV(r *request) error { return r.sendCSV(advertiserDims) }

func (p *Portal) publisherCSV(r *request) error { return r.sendCSV(publisherDims) }

// sendCSV sends a report as a file of RFC 4180, its last row the total.
func (r *request) sendCSV(dims []choice) error {
	a, err := r.asked(dims)
	if err != nil {
		return err
	}
	v, err := r.report(a, dims)
	if err != nil {
		return err
	}
	r.rc.SetContentType("text/csv; charset=utf-8")
	name := fmt.Sprintf("report-by-%s-%s-%s.csv", a.By, a.From.Format(time.DateOnly), a.To.Format(time.DateOnly))
	r.rc.Response.Header.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w := csv.NewWriter(r.rc.Response.BodyWriter())
	w.UseCRLF = true
	amount := "spent"
	if v.Selling {
		amount = "earned"
	}
	head := []string{string(a.By), "decisions", "views", "clicks", "conversions", "invalid", amount, "currency", "given_back"}
	if !v.Selling {
		head = append(head, "conversion_value")
	}
	rows := [][]string{head}
	for _, row := range v.Rows {
		rows = append(rows, v.record(row.Label, row.figures))
	}
	rows = append(rows, v.record("total", v.Total))
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	return nil
}

func (v report) record(label string, f figures) []string {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	fields := []string{
		cell(label), number(f.Decisions), number(f.Views), number(f.Clicks), number(f.Conversions), number(f.Invalid), v.amount(f).String(), v.Currency,
		v.back(f).String(),
	}
	if !v.Selling { // what came of an ad is its advertiser's affair
		fields = append(fields, f.Value.String())
	}
	return fields
}

// cell is a text that no spreadsheet takes for a formula. Source: OWASP, CSV Injection.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n", rune(s[0])) {
		return "'" + s
	}
	return s
}
