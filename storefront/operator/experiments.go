package operator

import (
	"context"
	"fmt"

	"github.com/valyala/fasthttp"
)

// Experiments tells what experiments have shown.
type Experiments interface {
	// Reports returns a report of each experiment, in the order in which they are shown; none when there are none.
	Reports(ctx context.Context) ([]Report, error)
}

// Report is what an experiment has shown up to now, in words and figures.
type Report struct {
	Name string
	Text string // lines of plain text; their spaces stay
}

const experimentsPath = Prefix + "/experiments"

func (d *Desk) experimentsPage(r *request) error {
	reports, err := d.cfg.Experiments.Reports(r.ctx)
	if err != nil {
		return fmt.Errorf("reports of experiments: %w", err)
	}
	return d.show(r, fasthttp.StatusOK, "Experiments", experimentsPage(d.frame("Experiments", experimentsPath), reports))
}
