package lesson

import (
	"strings"

	"github.com/s3fault/s3fault/scenarios"
)

// Markdown is the scenario as a handout, under a heading of that level (1: of a
// document of its own). Its fences can be typed from top to bottom.
func Markdown(sc *scenarios.Scenario, level int) string {
	h := &handout{scenario: sc, as: firstCaller(sc)}
	marks := strings.Repeat("#", level)
	h.line("%s %s\n", marks, sc.Name)
	h.line("%s\n", escape(sentence(sc.Title)))
	if d := day(sc); d != "" {
		h.line("%s\n", escape(d))
	}
	h.line("```sh\n%s\n```", enter(sc, h.as))
	for _, s := range sections(sc) {
		h.line("\n%s# %s", marks, s.title)
		for _, p := range s.text {
			h.line("\n%s", escape(p))
		}
		h.blocks(s.commands)
		h.table(s.answers)
	}
	return h.String()
}

// handout is a lesson that is being written.
type handout struct {
	page
	scenario *scenarios.Scenario
	as       string // whose credentials the reader's shell has
	open     bool   // a fence
}

// blocks are commands as fences to copy from, each with what it prints.
func (h *handout) blocks(commands []scenarios.Command) {
	for _, c := range commands {
		if !h.open {
			h.line("\n```sh")
			h.open = true
		}
		if c.As != h.as {
			h.as = c.As
			h.line("%s", enter(h.scenario, c.As))
		}
		h.line("%s", strings.TrimRight(c.Run, "\n"))
		for _, p := range printed(c) {
			h.close()
			h.line("```text\n%s… %s …\n```", p.name(), strings.TrimRight(p.text, "\n"))
		}
	}
	h.close()
}

func (h *handout) close() {
	if h.open {
		h.line("```")
	}
	h.open = false
}

// table is what S3 answers, a call a row; where the two responses differ each has
// its line.
func (h *handout) table(all []answers) {
	if len(all) == 0 {
		return
	}
	h.line("\n| call | as | S3 answers | refused by |\n| --- | --- | --- | --- |")
	for _, a := range all {
		var texts, layers []string
		for _, one := range a.all {
			name := ""
			if one.responses != "" {
				name = "`" + one.responses + "`: "
			}
			texts = append(texts, name+escape(one.text))
			layers = append(layers, escape(one.layer))
		}
		h.line("| %s | %s | %s | %s |", escape(a.call), a.as, strings.Join(texts, "<br>"), refusedBy(layers))
	}
}

// refusedBy names a layer once where both responses have the same.
func refusedBy(layers []string) string {
	for _, l := range layers[1:] {
		if l != layers[0] {
			return strings.Join(layers, "<br>")
		}
	}
	return layers[0]
}

// markdownSigns are what has a meaning in prose and in the cells of tables.
var markdownSigns = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "<", `\<`, "|", `\|`, "[", `\[`, "_", `\_`, "\n", " ")

func escape(text string) string { return markdownSigns.Replace(text) }
