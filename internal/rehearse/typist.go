package rehearse

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/s3fault/s3fault/emulator"
	"github.com/s3fault/s3fault/internal/shell"
	"github.com/s3fault/s3fault/internal/world"
)

// typist types commands into one bash, one after the other, so that a variable
// that one sets is there for the next.
type typist struct {
	folder   string // for what is typed and what is printed
	callers  map[string]emulator.Caller
	patience time.Duration

	bash     *exec.Cmd
	commands *os.File      // file names, a line each
	statuses *bufio.Reader // what each ended with, a line each
	answers  *os.File      // that statuses reads
	as       string        // whose credentials the shell has
	count    int
	ended    error // why nothing can be typed any more
}

// reader is the program that bash runs: it reads each named file as if it were
// typed. The commands themselves have neither pipe.
const reader = `while IFS= read -r -u 3 s3fault_typed; do
. "$s3fault_typed" </dev/null >"$s3fault_typed.printed" 2>&1 3<&- 4>&-
echo "$?" >&4
done`

// start begins the shell in the folder work, in a process group of its own.
func (t *typist) start(bash, work string, env []string) error {
	commandsIn, commands, err := os.Pipe()
	if err != nil {
		return err
	}
	defer commandsIn.Close()
	answers, answersOut, err := os.Pipe()
	if err != nil {
		_ = commands.Close()
		return err
	}
	defer answersOut.Close()
	t.bash = exec.Command(bash, "--noprofile", "--norc", "-c", reader)
	t.bash.Dir, t.bash.Env = work, env
	t.bash.ExtraFiles = []*os.File{commandsIn, answersOut}
	ownGroup(t.bash)
	t.commands, t.answers, t.statuses = commands, answers, bufio.NewReader(answers)
	if err := t.bash.Start(); err != nil {
		return errors.Join(err, commands.Close(), answers.Close())
	}
	return nil
}

// enter types a command with a caller's credentials. Once a command has ended the
// shell or has taken too long, no other can be typed.
func (t *typist) enter(ctx context.Context, as, command string) (printed string, status int, err error) {
	if t.ended != nil {
		return "", 0, fmt.Errorf("not typed: %w", t.ended)
	}
	t.count++
	typed := filepath.Join(t.folder, strconv.Itoa(t.count))
	script, err := t.switchTo(as)
	if err == nil {
		err = os.WriteFile(typed, []byte(script+command+"\n"), 0o600)
	}
	if err != nil {
		return "", 0, err
	}
	status, err = t.await(ctx, typed)
	if err != nil {
		t.ended = err
	}
	printed, failed := readPrinted(typed + ".printed")
	return printed, status, errors.Join(err, failed)
}

// switchTo gives the shell a caller's credentials, unless it has them: what a
// lesson exports by itself then stays. Who has a web identity has the token in a file.
func (t *typist) switchTo(as string) (string, error) {
	if as == t.as {
		return "", nil
	}
	t.as = as
	c := t.callers[as]
	if c.WebIdentity == nil || c.From != string(world.FromWebIdentity) {
		return shell.Script(shell.Caller(c)), nil
	}
	file := filepath.Join(t.folder, as+".token")
	return shell.Script(shell.WebIdentity(c.WebIdentity, file)), os.WriteFile(file, []byte(c.WebIdentity.Token), 0o600)
}

// await has the file read and waits for its end.
func (t *typist) await(ctx context.Context, typed string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, t.patience)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { endGroup(t.bash) })
	defer stop()
	if _, err := fmt.Fprintln(t.commands, typed); err != nil {
		return 0, fmt.Errorf("the shell has ended: %w", err)
	}
	line, err := t.statuses.ReadString('\n')
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return 0, fmt.Errorf("the command takes more than %v", t.patience)
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil:
		return 0, errors.New("the command has ended the shell")
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

// maxPrinted bounds what is kept of a command's output, in bytes.
const maxPrinted = 1 << 20

func readPrinted(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxPrinted))
	return string(text), err
}

// close ends the shell and whatever it has left running.
func (t *typist) close() {
	_ = t.commands.Close()
	// It has read its last line when its pipe ends; the group ends in any case.
	stop := time.AfterFunc(closeTime, func() { endGroup(t.bash) })
	_, _ = io.Copy(io.Discard, t.statuses)
	stop.Stop()
	endGroup(t.bash)
	_ = t.bash.Wait()
	_ = t.answers.Close()
}

// closeTime is how long an idle shell has to end.
const closeTime = 5 * time.Second
