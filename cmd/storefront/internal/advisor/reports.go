package advisor

import (
	"context"
	"fmt"
	"strings"

	"github.com/marquee-tickets/marquee/recommend/experiment"
	"github.com/marquee-tickets/marquee/storefront/operator"
)

// Reports implements operator.Experiments: what the experiment that runs has shown up to now.
func (a *Advisor) Reports(ctx context.Context) ([]operator.Report, error) {
	if a.trial == nil {
		return nil, nil
	}
	rows, err := a.journal.ExperimentRows(ctx, a.trial.Name)
	if err != nil {
		return nil, fmt.Errorf("read the experiment: %w", err)
	}
	report, err := experiment.NewReport(a.trial.Experiment, rows, experiment.Settings{})
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := report.Write(&text); err != nil {
		return nil, err
	}
	return []operator.Report{{Name: a.trial.Name, Text: text.String()}}, nil
}
