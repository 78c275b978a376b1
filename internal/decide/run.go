package decide

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
)

// MaxLine is the longest line that Run reads, in bytes.
const MaxLine = 16 << 20

// Run reads cases, a JSON object a line, and writes an answer to each, a line each, in their order. Lines of white
// space alone are no cases. A line that is no case, or is longer than MaxLine, is answered with an error and does not
// end the run. Several goroutines decide; a few lines at a time are held in memory. Answers that wait for no other
// are written at once, so that a program can ask case by case.
//
// The error is that of reading, of writing, or of a context that ended. After one of the latter two a goroutine may
// remain that waits for the reader.
func Run(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	workers := min(runtime.GOMAXPROCS(0), 8)
	r := &run{decider: New(), todo: make(chan *job), inOrder: make(chan *job, 2*workers)}
	go r.read(ctx, in)
	for range workers {
		go r.work()
	}
	return r.write(ctx, out)
}

// run is one Run. Every line is a job, handed to the workers and, in the order of lines, to the writer.
type run struct {
	decider *Decider
	todo    chan *job
	inOrder chan *job
	failed  error // of reading; set before inOrder is closed
}

// job is a line with a place for its answer.
type job struct {
	number  int // of the line, from 1
	line    []byte
	tooLong bool
	answer  chan []byte
}

func (r *run) read(ctx context.Context, in io.Reader) {
	defer close(r.inOrder)
	defer close(r.todo)
	lines := lineReader{r: bufio.NewReaderSize(in, 64<<10)}
	for number := 1; ; number++ {
		line, tooLong, err := lines.next()
		if len(line) > 0 || tooLong {
			j := &job{number: number, line: line, tooLong: tooLong, answer: make(chan []byte, 1)}
			if !send(ctx, r.inOrder, j) || !send(ctx, r.todo, j) {
				return
			}
		}
		if err != nil {
			if err != io.EOF {
				r.failed = err
			}
			return
		}
	}
}

func send(ctx context.Context, to chan<- *job, j *job) bool {
	select {
	case to <- j:
		return true
	case <-ctx.Done():
		return false
	}
}

func (r *run) work() {
	for j := range r.todo {
		j.answer <- r.answer(j)
	}
}

func (r *run) answer(j *job) []byte {
	a := Answer{ID: noID, Error: fmt.Sprintf("longer than %d bytes", MaxLine)}
	if !j.tooLong {
		a = r.decider.Decide(j.line)
	}
	if a.Error != "" {
		a.Error = fmt.Sprintf("line %d: %s", j.number, a.Error)
	}
	return a.line()
}

// line is the answer as Run writes it. HTML is not escaped: it is for people, too.
func (a *Answer) line() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(a.wire()); err != nil {
		return fmt.Appendf(nil, "{\"id\":\"\",\"error\":%q}\n", err.Error())
	}
	return b.Bytes()
}

func (r *run) write(ctx context.Context, out io.Writer) error {
	w := bufio.NewWriterSize(out, 64<<10)
	for {
		select {
		case j, more := <-r.inOrder:
			if !more {
				if err := w.Flush(); err != nil {
					return err
				}
				return r.failed
			}
			if err := r.writeOne(ctx, w, j); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (r *run) writeOne(ctx context.Context, w *bufio.Writer, j *job) error {
	select {
	case answer := <-j.answer:
		if _, err := w.Write(answer); err != nil || len(r.inOrder) > 0 {
			return err
		}
		return w.Flush()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lineReader reads lines of at most MaxLine bytes.
type lineReader struct {
	r *bufio.Reader
}

// next returns a line without the white space around it. Of one that is too long nothing is kept. The error is that
// of the reader; a last line without a line end comes together with io.EOF.
func (l *lineReader) next() (line []byte, tooLong bool, err error) {
	for {
		part, err := l.r.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > MaxLine+len("\r\n"); tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		if err != bufio.ErrBufferFull {
			line = bytes.TrimSpace(line)
			return line, tooLong || len(line) > MaxLine, err
		}
	}
}
