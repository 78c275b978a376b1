package clients

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/s3fault/s3fault/emulator/emulatortest"
	"github.com/s3fault/s3fault/internal/programs"
)

// TestPgBackRest: a cluster of PostgreSQL is archived, backed up, lost and restored with
// pgBackRest, which speaks no plain HTTP, takes no path in an endpoint, and wants the name
// that it asks for among the DNS names of the certificate (Debian's 2.45).
func TestPgBackRest(t *testing.T) {
	t.Parallel()
	programs.Need(t, "pgbackrest", "psql")
	srv := emulatortest.Start(t, "plain", emulatortest.TLS())
	c := newCluster(t)
	c.configure(srv)
	c.run("initdb", "-D", c.data, "-U", "tester", "-A", "trust", "-N")
	c.write("data/postgresql.auto.conf", fmt.Sprintf("listen_addresses = ''\nunix_socket_directories = '%s'\n"+
		"fsync = off\narchive_mode = on\narchive_command = 'pgbackrest --config=%s --stanza=main archive-push %%p'\n",
		c.folder, filepath.Join(c.folder, "pgbackrest.conf")))
	c.start()
	c.run("psql", "-c", "create table t as select generate_series(1, 1000) as n")
	c.backrest("stanza-create")
	c.backrest("check")
	c.backrest("backup", "--type=full")
	c.run("psql", "-c", "insert into t select generate_series(1001, 1234)", "-c", "select pg_switch_wal()")
	c.stop()
	if err := os.RemoveAll(c.data); err != nil {
		t.Fatal(err)
	}
	c.backrest("restore")
	c.start()
	c.recover()
	if rows := c.run("psql", "-tAc", "select count(*) from t"); strings.TrimSpace(rows) != "1234" {
		t.Errorf("after the restore the table has %s rows", rows)
	}
	operations := map[string]bool{}
	for _, e := range srv.Requests() {
		operations[e.Operation] = true
	}
	if !operations["PutObject"] || !operations["GetObject"] {
		t.Errorf("the world has seen %v", operations)
	}
}

// cluster is a database of a test's own, on a socket in a folder of its own. It is run by
// the user postgres, where the test is root's: PostgreSQL does not run as root.
type cluster struct {
	t            *testing.T
	folder, data string
	as           *syscall.Credential // nil: the test's own user
	env          []string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	folder, err := os.MkdirTemp("", "s3fault-pg-") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	c := &cluster{t: t, folder: folder, data: filepath.Join(folder, "data")}
	if os.Getuid() == 0 {
		c.as = postgres(t)
		if err := os.Chown(folder, int(c.as.Uid), int(c.as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	places, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // Debian keeps versions apart
	c.env = []string{
		"PATH=" + strings.Join(append(places, os.Getenv("PATH")), string(os.PathListSeparator)), "HOME=" + folder,
		"LANG=C.UTF-8", "PGHOST=" + folder, "PGUSER=tester", "PGDATABASE=postgres",
	}
	return c
}

// postgres is the user of Debian's package.
func postgres(t *testing.T) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.ParseUint(u.Uid, 10, 32)
	gid, _ := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// run runs a program to its end, and returns what it printed.
func (c *cluster) run(name string, args ...string) string {
	c.t.Helper()
	ctx := context.WithoutCancel(c.t.Context()) // it is stopped when the test has ended
	cmd := programs.Command(ctx, name, args...)
	for _, place := range strings.Split(strings.TrimPrefix(c.env[0], "PATH="), string(os.PathListSeparator)) {
		if path, err := programs.Find(filepath.Join(place, name)); err == nil {
			cmd = programs.Command(ctx, path, args...)
			break
		}
	}
	cmd.Env, cmd.Dir = c.env, c.folder
	if c.as != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.as}
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// recover waits until the archive is played back: a hot standby answers before that.
func (c *cluster) recover() {
	c.t.Helper()
	c.run("psql", "-c", "do 'begin while pg_is_in_recovery() loop perform pg_sleep(0.02); end loop; end'")
}

// write writes a file that the cluster's user owns.
func (c *cluster) write(name, text string) {
	c.t.Helper()
	path := filepath.Join(c.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if c.as == nil {
		return
	}
	if err := os.Chown(path, int(c.as.Uid), int(c.as.Gid)); err != nil {
		c.t.Fatal(err)
	}
}

// configure has pgBackRest keep its repository in the world: at its own port, of which the
// bare address is the world.
func (c *cluster) configure(srv *emulatortest.Server) {
	c.t.Helper()
	at, err := url.Parse(srv.Endpoint)
	if err != nil {
		c.t.Fatal(err)
	}
	c.write("ca.pem", string(srv.CA))
	app := srv.Caller("app")
	c.write("pgbackrest.conf", strings.Join([]string{
		"[global]",
		"repo1-type=s3",
		"repo1-s3-endpoint=localhost",
		"repo1-storage-port=" + at.Port(),
		"repo1-storage-ca-file=" + filepath.Join(c.folder, "ca.pem"),
		"repo1-s3-uri-style=path",
		"repo1-s3-bucket=my-bucket",
		"repo1-s3-region=" + srv.Region,
		"repo1-s3-key=" + app.AccessKeyID,
		"repo1-s3-key-secret=" + app.SecretAccessKey,
		"repo1-path=/backups",
		"log-level-console=warn",
		"log-level-file=off",
		"start-fast=y",
		"lock-path=" + filepath.Join(c.folder, "lock"),
		"spool-path=" + filepath.Join(c.folder, "spool"),
		"[main]",
		"pg1-path=" + c.data,
		"pg1-socket-path=" + c.folder,
		"pg1-user=tester",
		"pg1-database=postgres",
		"",
	}, "\n"))
}

func (c *cluster) backrest(command string, options ...string) {
	c.t.Helper()
	args := append([]string{"--config=" + filepath.Join(c.folder, "pgbackrest.conf"), "--stanza=main"}, options...)
	c.run("pgbackrest", append(args, command)...)
}

// start starts the cluster, until the test ends or it is stopped.
func (c *cluster) start() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.data, "-l", filepath.Join(c.folder, "log"), "-w", "start")
	c.t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(c.data, "postmaster.pid")); err == nil {
			c.stop()
		}
	})
}

func (c *cluster) stop() {
	c.t.Helper()
	c.run("pg_ctl", "-D", c.data, "-m", "fast", "-w", "stop")
}
