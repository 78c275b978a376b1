package finding

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/journal"
)

// crash tells of a program that a signal ended, but for the one that was sent to end it, and of
// one that fell over with a trace of its own inside in place of an error that says what happened.
func crash(v *view) []Finding {
	switch e := v.Ending; {
	case e.TimedOut, e.Stopped, e.Well():
		return nil
	case e.Signal != "":
		return []Finding{{Text: "it was ended by a signal: " + e.Signal}}
	}
	m, text := fallen(v.Ending.Output)
	if m == nil || v.namesCause(m, text) {
		return nil
	}
	return []Finding{{Text: "it ended with " + m.what + " that does not name what went wrong: " + m.message(text)}}
}

// mark is how the runtime of a language begins to tell of an error that nobody caught.
type mark struct {
	what  string // "a panic of Go"
	begin *regexp.Regexp
	// frames are the lines that tell where it happened, and not what.
	frames *regexp.Regexp
	last   bool // the message is the last line, not the first
}

// marks are compiled when a program has fallen.
var marks = sync.OnceValue(func() []mark {
	return []mark{
		{"a panic of Go", regexp.MustCompile(`(?m)^(panic|fatal error|unexpected fault address): .*`),
			regexp.MustCompile(`^(\t|goroutine \d+|\S+\(.*\)$|created by |\[signal |exit status )`), false},
		{"a traceback of Python", regexp.MustCompile(`(?m)^\s*Traceback \(most recent call last\):`),
			regexp.MustCompile(`^\s`), true},
		{"an exception of Java", regexp.MustCompile(`(?m)^Exception in thread "[^"]*" .*`),
			regexp.MustCompile(`^\s+(at |\.\.\. \d)`), false},
		{"a panic of Rust", regexp.MustCompile(`(?m)^thread '[^']*'( \(\d+\))? panicked at .*`),
			regexp.MustCompile(`^(note: |\s+\d+: |\s+at )`), false},
		{"an exception of Ruby", regexp.MustCompile(`(?m)^\S+\.rb:\d+:in .*\((\w+::)*[A-Z]\w*\)$`),
			regexp.MustCompile(`^\s+from `), false},
		{"an exception of JavaScript", regexp.MustCompile(`(?m)^(Uncaught |\[?UnhandledPromiseRejection|` +
			`(\w+\.)*\w*(Error|Exception)\b.*$\n\s+at )`), regexp.MustCompile(`^\s+at `), false},
	}
})

// fallen is the mark that comes first in what a program printed, and what follows it; nil: none
// does.
func fallen(output string) (m *mark, text string) {
	output = strings.ReplaceAll(output, "\r\n", "\n")
	first := len(output)
	for _, one := range marks() {
		if at := one.begin.FindStringIndex(output); at != nil && at[0] < first {
			m, first = &one, at[0]
		}
	}
	return m, output[first:]
}

// said is what the text says of what happened, without where that was.
func (m *mark) said(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) != "" && !m.frames.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// messageKept is how long a message is told.
const messageKept = 160

// message is the line that says what happened.
func (m *mark) message(text string) string {
	lines := m.said(text)
	line := ""
	switch {
	case len(lines) == 0:
	case m.last:
		line = lines[len(lines)-1]
	case strings.HasSuffix(lines[0], ":") && len(lines) > 1: // Rust has it in the next one
		line = lines[0] + " " + lines[1]
	default:
		line = lines[0]
	}
	return string([]rune(line)[:min(len([]rune(line)), messageKept)])
}

// namesCause says that the text has the code, the status or the message of an answer that failed,
// or the kind of break of one that never came.
func (v *view) namesCause(m *mark, text string) bool {
	said := strings.ToLower(strings.Join(m.said(text), "\n"))
	for _, e := range v.arrived {
		if (fails(e) || refused(e)) && tellsOf(said, e) {
			return true
		}
	}
	return false
}

// breaks are words of clients for a connection that ended, or said nothing, too early, and for
// bytes that are not what they should be.
var breaks = regexp.MustCompile(`reset|clos(ed|ure)|eof|hang up|hung up|aborted|broken pipe|time[d]?[ -]?out|timeout|` +
	`deadline|incomplete|premature|truncated|terminated|disconnect|checksum|mismatch|digest|md5|crc32|corrupt|unreachable`)

// tellsOf says that a text names why the request failed. A number between colons is a line of a
// program, and no status.
func tellsOf(said string, e *journal.Entry) bool {
	switch {
	case broken(e), spoilt(e):
		return breaks.MatchString(said)
	case e.Code != "" && strings.Contains(said, strings.ToLower(e.Code)):
		return true
	case e.Message != "" && strings.Contains(said, strings.ToLower(e.Message)):
		return true
	}
	status := strconv.Itoa(e.Status)
	return e.Status != 0 && regexp.MustCompile(`(^|[^:\w])`+status+`\b|:`+status+`($|[^:\w])`).MatchString(said)
}
