package lesson

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/scenarios"
)

// width is how many columns prose takes on a terminal.
const width = 78

// Text is the scenario as a lesson on a terminal.
func Text(sc *scenarios.Scenario) string {
	b := &page{}
	b.line("%s (%s)", sc.Name, Fixes(sc.Fix))
	b.prose("", sentence(sc.Title))
	if d := day(sc); d != "" {
		b.line("%s", d)
	}
	b.line("\nTry it: %s", enter(sc, firstCaller(sc)))
	for _, s := range sections(sc) {
		b.line("\n%s", s.title)
		for _, p := range s.text {
			b.prose("  ", p)
		}
		for _, c := range s.commands {
			b.prompt(c)
		}
		for _, a := range s.answers {
			b.answers(a)
		}
	}
	return b.String()
}

// Fixes names the article's sections that a scenario belongs to: "Fix 4, 9".
func Fixes(numbers []int) string {
	if len(numbers) == 0 {
		return "-"
	}
	return "Fix " + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ", "), "[]")
}

// page is a text that grows by lines.
type page struct{ strings.Builder }

func (b *page) line(format string, args ...any) {
	fmt.Fprintf(b, format+"\n", args...)
}

// prose breaks a paragraph into lines of width columns.
func (b *page) prose(indent, text string) {
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.line("%s", line)
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	b.line("%s", line)
}

// prompt is a command with who types it and a part of what it prints.
func (b *page) prompt(c scenarios.Command) {
	b.line("  %s$ %s", c.As, indented(c.Run, "  "))
	for _, p := range printed(c) {
		b.line("      %s… %s …", p.name(), indented(p.text, "        "))
	}
}

// indented is a text whose lines after the first begin with indent.
func indented(text, indent string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+indent)
}

func (b *page) answers(a answers) {
	if a.as == "" {
		b.line("  %s", a.call)
		return
	}
	b.line("  %s as %s", a.call, a.as)
	for _, one := range a.all {
		b.line("      %s%s%s", one.name(), one.text, inBrackets(one.layer))
	}
}

// name is which responses give the answer, where they differ.
func (a answer) name() string {
	if a.responses == "" {
		return ""
	}
	return fmt.Sprintf("%-8s ", a.responses+":")
}

func inBrackets(layer string) string {
	if layer == "" {
		return ""
	}
	return " [" + layer + "]"
}
