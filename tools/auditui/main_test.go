package main_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	auditui "github.com/marquee-tickets/marquee/tools/auditui"
)

func TestList_WordsWithCommasBetween(t *testing.T) {
	t.Parallel()
	l := auditui.List{"all", "of", "them"}
	require.NoError(t, l.Set("axe, html,,"))
	assert.Equal(t, auditui.List{"axe", "html"}, l)
	assert.Equal(t, "axe,html", l.String())
}

func TestOptions_WhatThereIsNotIsNamed(t *testing.T) {
	t.Parallel()
	require.NoError(t, auditui.Validate([]string{"axe", "keyboard"}, []string{"seat-map"}, []string{"en", "ar"}))
	require.NoError(t, auditui.Validate(nil, nil, nil))
	require.ErrorContains(t, auditui.Validate([]string{"ax"}, nil, nil), `-only: there is no "ax"`)
	require.ErrorContains(t, auditui.Validate(nil, []string{"start"}, nil), `-page: there is no "start"`)
	require.ErrorContains(t, auditui.Validate(nil, nil, []string{"fr"}), `-lang: there is no "fr"`)
}

func TestFigures_AreThoseThatTheGateReads(t *testing.T) {
	t.Parallel()
	assert.Subset(t, auditui.Figures(), []string{"pages", "axe", "html", "budgets_over", "lighthouse_min", "keyboard", "nojs", "offline"})
	assert.Contains(t, auditui.CheckNames(), "quiet")
}
