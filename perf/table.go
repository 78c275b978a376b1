package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

// table is what was seen: a cell for each kind of request and server, a sample a round.
type table struct {
	servers []*server
	ops     []op
	cells   map[cell][]sample
}

type cell struct{ op, server string }

func newTable(servers []*server, ops []op) *table {
	return &table{servers: servers, ops: ops, cells: map[cell][]sample{}}
}

func (t *table) add(o op, s *server, seen sample) {
	at := cell{o.name, s.name}
	t.cells[at] = append(t.cells[at], seen)
}

// spreadOf is the median of some figures with its quartiles.
type spreadOf struct{ low, median, high float64 }

func (s spreadOf) String() string { return fmt.Sprintf("%.0f (%.0f-%.0f)", s.median, s.low, s.high) }

func spreadFrom(figures []float64) spreadOf {
	slices.Sort(figures)
	return spreadOf{quantile(figures, 0.25), quantile(figures, 0.5), quantile(figures, 0.75)}
}

// quantile of sorted figures, between two of them where it must be.
func quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := share * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (at-float64(below))*(sorted[above]-sorted[below])
}

// ratios are a server's processor time for a request over the limit's, round by round.
func (t *table) ratios(o op, name string) spreadOf {
	var figures []float64
	limit := t.cells[cell{o.name, reference}]
	for i, one := range t.cells[cell{o.name, name}] {
		figures = append(figures, one.each()/limit[i].each())
	}
	return spreadFrom(figures)
}

func (t *table) each(o op, name string) spreadOf {
	var figures []float64
	for _, one := range t.cells[cell{o.name, name}] {
		figures = append(figures, one.each())
	}
	return spreadFrom(figures)
}

func (t *table) wrong(o op, name string) (wrong, all int) {
	for _, one := range t.cells[cell{o.name, name}] {
		wrong += one.wrong
		all += one.requests
	}
	return wrong, all
}

// write is the table as Markdown. Error: a server answered otherwise than it should.
func (t *table) write(out io.Writer, p plan) error {
	fmt.Fprintf(out, "Server CPU for a request, %d connections, %d interleaved rounds of %s, %d processors, %s: "+
		"ratio to the limit of the same round, median (quartiles)\n\n",
		p.connections, p.rounds, p.slice, runtime.NumCPU(), runtime.Version())
	m := newMarkdown(out, "", "limit, us")
	for _, s := range t.servers[1:] {
		m.head = append(m.head, s.name)
	}
	m.head = append(m.head, "to reach")
	for _, o := range t.ops {
		row := []string{o.title, fmt.Sprintf("%.0f", t.each(o, reference).median)}
		for _, s := range t.servers[1:] {
			row = append(row, t.text(o, s.name))
		}
		m.row(append(row, o.limit)...)
	}
	if err := m.flush(); err != nil {
		return err
	}
	t.waits(out, p)
	return t.refuse()
}

func (t *table) text(o op, name string) string {
	r := t.ratios(o, name)
	if r.median == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f (%.2f-%.2f)", r.median, r.low, r.high)
}

// waits adds how long the answers took, and how many there were in a second.
func (t *table) waits(out io.Writer, p plan) {
	fmt.Fprintf(out, "\nRequests a second; p50 / p99 in microseconds, medians\n\n")
	m := newMarkdown(out, "")
	for _, s := range t.servers {
		m.head = append(m.head, s.name)
	}
	for _, o := range t.ops {
		row := []string{o.title}
		for _, s := range t.servers {
			var rates, p50, p99 []float64
			for _, one := range t.cells[cell{o.name, s.name}] {
				rates = append(rates, float64(one.requests)/p.slice.Seconds())
				p50 = append(p50, float64(one.quantile(0.5).Microseconds()))
				p99 = append(p99, float64(one.quantile(0.99).Microseconds()))
			}
			if len(rates) == 0 {
				row = append(row, "-")
				continue
			}
			row = append(row, fmt.Sprintf("%.0f; %.0f / %.0f",
				spreadFrom(rates).median, spreadFrom(p50).median, spreadFrom(p99).median))
		}
		m.row(row...)
	}
	_ = m.flush()
}

func (t *table) refuse() error {
	var wrong []string
	for _, o := range t.ops {
		for _, s := range t.servers {
			if n, all := t.wrong(o, s.name); n > 0 {
				wrong = append(wrong,
					fmt.Sprintf("%s, %s: %d of %d answers have another status than %d", s.name, o.title, n, all, o.status))
			}
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	return nil
}

func writeStarts(out io.Writer, subjects []subject, took [][]float64) error {
	fmt.Fprintf(out, "\nStart to first answer, ms, %d interleaved starts\n\n", len(took[0]))
	m := newMarkdown(out, "", "median (quartiles)", "best")
	for i, s := range subjects {
		all := spreadFrom(took[i])
		m.row(s.name, fmt.Sprintf("%.1f (%.1f-%.1f)", all.median, all.low, all.high), fmt.Sprintf("%.1f", took[i][0]))
	}
	return m.flush()
}

// markdown is a table whose columns are as wide as they must be.
type markdown struct {
	head []string
	rows [][]string
	out  *tabwriter.Writer
}

func newMarkdown(out io.Writer, head ...string) *markdown {
	return &markdown{head: head, out: tabwriter.NewWriter(out, 0, 0, 1, ' ', 0)}
}

func (m *markdown) row(cells ...string) { m.rows = append(m.rows, cells) }

func (m *markdown) flush() error {
	line := make([]string, len(m.head))
	for i := range line {
		line[i] = "---"
	}
	for _, row := range slices.Concat([][]string{m.head, line}, m.rows) {
		fmt.Fprintf(m.out, "| %s\t|\n", strings.Join(row, "\t| "))
	}
	return m.out.Flush()
}
