package decide

import (
	"bufio"
	"bytes"
	"context"
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
	jobs := 3 * workers // enough that no worker waits for the writer
	r := &run{decider: New(), free: make(chan *job, jobs), todo: make(chan *job, jobs), inOrder: make(chan *job, jobs)}
	for range jobs {
		r.free <- &job{done: make(chan struct{}, 1)}
	}
	go r.read(ctx, in)
	for range workers {
		go r.work()
	}
	return r.write(ctx, out)
}

// run is one Run. Every line is a job, handed to the workers and, in the order of lines, to the writer, who frees it
// for the next.
type run struct {
	decider             *Decider
	free, todo, inOrder chan *job // each has room for every job
	failed              error     // of reading; set before inOrder is closed
}

// job is a line with a place for its answer, which is there when it is done.
type job struct {
	number       int // of the line, from 1
	line, answer []byte
	tooLong      bool
	done         chan struct{}
}

// keptBytes is how much memory a job keeps for the next line, and for its answer.
const keptBytes = 64 << 10

// again makes the job free for another line.
func (j *job) again() {
	if cap(j.line) > keptBytes || cap(j.answer) > keptBytes {
		j.line, j.answer = nil, nil
	}
	j.line, j.answer = j.line[:0], j.answer[:0]
}

func (r *run) read(ctx context.Context, in io.Reader) {
	defer close(r.inOrder)
	defer close(r.todo)
	lines := lineReader{r: bufio.NewReaderSize(in, 64<<10)}
	var err error
	for number := 1; err == nil; number++ {
		j, running := r.next(ctx)
		if !running {
			return
		}
		j.number = number
		if j.line, j.tooLong, err = lines.next(j.line); len(j.line) == 0 && !j.tooLong {
			r.free <- j
			continue
		}
		r.inOrder <- j
		r.todo <- j
	}
	if err != io.EOF {
		r.failed = err
	}
}

// next waits for a job that is free; it is false when the context has ended.
func (r *run) next(ctx context.Context) (*job, bool) {
	select {
	case j := <-r.free:
		return j, true
	case <-ctx.Done():
		return nil, false
	}
}

func (r *run) work() {
	for j := range r.todo {
		r.decide(j)
		j.done <- struct{}{}
	}
}

func (r *run) decide(j *job) {
	a := Answer{ID: noID, Error: fmt.Sprintf("longer than %d bytes", MaxLine)}
	if !j.tooLong {
		a = r.decider.Decide(j.line)
	}
	if a.Error != "" {
		a.Error = fmt.Sprintf("line %d: %s", j.number, a.Error)
	}
	j.answer = a.appendLine(j.answer)
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
	case <-j.done:
		_, err := w.Write(j.answer)
		j.again()
		r.free <- j
		if err != nil || len(r.inOrder) > 0 {
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

// next appends a line, without the white space around it, to what is empty. Of one that is too long nothing is kept.
// The error is that of the reader; a last line without a line end comes together with io.EOF.
func (l *lineReader) next(line []byte) (_ []byte, tooLong bool, err error) {
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
