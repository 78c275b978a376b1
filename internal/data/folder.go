// Package data is the folder of --data: an index in one file of bbolt's, large bodies in
// files below it. It knows bytes under keys, and bodies under ids; what they mean is the
// business of who writes them.
//
// Writes are queued in an order and made in it, all that waits in one transaction with one
// sync; who needs to know waits for its Ticket. What was written by a transaction that did
// not end is not there.
package data

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// format is the version of all that is in a folder. 1 was never released.
const format = 2

// What is in a folder.
const (
	indexName  = "index"     // the engine's file, which is locked as long as a server has the folder
	freshName  = "index.new" // that file until it is complete
	holderName = "server"    // who has the folder, as JSON
	bodiesName = "bodies"    // of SmallBody bytes and more, a file each
)

// Options say how a folder is used. The zero value is a good default.
type Options struct {
	// NoSync leaves it to the machine when it writes: what was acknowledged survives the end
	// of the process, but not of the machine.
	NoSync bool
	// Reading is for who only looks: there is a folder already, and nothing is taken away.
	Reading bool
	Disk    Disk // nil: RealDisk
	// Tell is told when the disk cannot be written any more, and when it can again; nil: nobody is.
	Tell func(string)
}

// Folder is an open folder. It is safe for concurrent use.
type Folder struct {
	dir     string
	options Options
	db      *bbolt.DB
	disk    Disk
	holder  Holder
	survey  *survey // of the index, as it was opened

	mu     sync.Mutex
	next   *batch   // what waits; nil: nothing does
	failed error    // why nothing can be written any more; nil: it can
	full   error    // why the latest batch could not be made; nil: it could
	stuck  []*batch // those that could not be made since one was; the last one has the ops of all
	last   blob.ID
	staged map[blob.ID]*staged // bodies that no durable write names yet
	files  map[blob.ID]int64   // bodies that have a file, with their sizes

	wake chan struct{} // to the writer; closed at the end
	done chan struct{} // the writer has ended
}

// unkeptBodies is before the ids of bodies where the index takes no writes: which ids it has
// may not be known.
const unkeptBodies = 1 << 62

// Holder is who has a folder.
type Holder struct {
	PID     int    `json:"pid"`
	Address string `json:"address,omitempty"` // of its server, once it listens
}

// LockedError says that another process has the folder.
type LockedError struct {
	Dir    string
	Holder Holder // zero: nobody knows
}

func (e *LockedError) Error() string {
	text := e.Dir + " is in use by another s3fault"
	if e.Holder.PID != 0 {
		text += fmt.Sprintf(", process %d", e.Holder.PID)
	}
	if e.Holder.Address != "" {
		text += ", which listens on " + e.Holder.Address
	}
	return text
}

// DamagedError says that nothing of the index can be read.
type DamagedError struct {
	File string
	Err  error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("%s is damaged: %v; 's3fault data check %[3]s' says what is left. A copy of the folder that was made "+
		"while no server had it can take its place, or 's3fault data reset %[3]s' takes all of it away",
		e.File, e.Err, filepath.Dir(e.File))
}
func (e *DamagedError) Unwrap() error { return e.Err }

// Open opens a folder, and makes it where there is none. Bodies that nothing names are
// taken away. What of it is damaged is told by who reads it, and by Damages; where pages of the
// index are, it takes no writes. Errors: *LockedError; *DamagedError, nothing can be read; a
// folder of something else, or of another s3fault.
func Open(dir string, o Options) (*Folder, error) {
	if o.Disk == nil {
		o.Disk = RealDisk()
	}
	if err := prepare(dir, o); err != nil {
		return nil, err
	}
	db, s, err := openIndex(dir, o)
	if err != nil {
		return nil, err
	}
	f := &Folder{
		dir: dir, options: o, db: db, disk: o.Disk, holder: Holder{PID: os.Getpid()}, survey: s, failed: s.whole(),
		staged: map[blob.ID]*staged{}, files: s.files, last: s.last,
		wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	if f.failed != nil {
		f.last = unkeptBodies
	}
	if err := errors.Join(f.sweepFiles(), f.tellHolder()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go f.write()
	return f, nil
}

// prepare makes the folder, unless it is there already, or is something else's.
func prepare(dir string, o Options) error {
	_, err := os.Stat(filepath.Join(dir, indexName))
	switch {
	case err == nil:
		return nil
	case o.Reading:
		return fmt.Errorf("%s has nothing that s3fault kept", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !slices.Contains([]string{freshName, holderName, bodiesName, "lost+found"}, e.Name()) {
			return fmt.Errorf("%s is not empty and no folder of s3fault's: it has %s", dir, e.Name())
		}
	}
	return begin(dir, o.Disk)
}

// begin makes an empty index aside, so that there is a whole one or none.
func begin(dir string, d Disk) error {
	fresh := filepath.Join(dir, freshName)
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	db, err := bbolt.Open(fresh, 0o600, &bbolt.Options{Timeout: lockTime})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		about, err := makeShelf(tx, aboutShelf)
		if err != nil {
			return err
		}
		return about.Put([]byte(formatKey), binary.BigEndian.AppendUint32(nil, format))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := d.Rename(fresh, filepath.Join(dir, indexName)); err != nil {
		return err
	}
	return d.SyncFolder(dir)
}

// The engine's own words.
const (
	aboutShelf = "s3fault"
	formatKey  = "format"
	// lockTime is how long the end of another server is waited for.
	lockTime = 500 * time.Millisecond
)

// openIndex opens the engine's file, and locks it. Where pages of it are damaged it is opened to
// be read alone.
func openIndex(dir string, o Options) (db *bbolt.DB, s *survey, err error) {
	path := filepath.Join(dir, indexName)
	defer func() {
		switch {
		case err == nil:
		case errors.Is(err, bolterrors.ErrTimeout):
			err = &LockedError{dir, holderOf(dir)}
		case errors.Is(err, os.ErrPermission) || errors.Is(err, errFormat):
		default:
			err = &DamagedError{path, err}
		}
	}()
	err = guarded(func() error {
		s, err = measure(path)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	err = guarded(func() error {
		db, err = bbolt.Open(path, 0o600, &bbolt.Options{
			Timeout: lockTime, NoSync: o.NoSync, NoGrowSync: o.NoSync, FreelistType: bbolt.FreelistMapType,
			ReadOnly: s.whole() != nil,
		})
		return err
	})
	return db, s, err
}

var errFormat = errors.New("the folder was written by another s3fault")

// measure holds the file's size against what it has, before the engine reads in it: what lies
// behind the end of a file in memory ends the program. Then it looks at all pages, and at the
// format.
func measure(path string) (s *survey, err error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: lockTime, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err == nil {
		err = db.View(func(tx *bbolt.Tx) error {
			if tx.Size() > info.Size() {
				return fmt.Errorf("it has %d bytes and should have %d", info.Size(), tx.Size())
			}
			if s, err = newSurvey(path, db.Info().PageSize); err != nil {
				return err
			}
			return checkFormat(tx, s)
		})
	}
	return s, errors.Join(err, db.Close())
}

func checkFormat(tx *bbolt.Tx, s *survey) error {
	if err := s.readable(aboutShelf); err != nil {
		return err
	}
	var written []byte
	if b := tx.Bucket([]byte(aboutShelf)); b != nil {
		written = b.Get([]byte(formatKey))
	}
	switch {
	case len(written) != 4:
		return errors.New("it does not say which format it has")
	case binary.BigEndian.Uint32(written) != format:
		return fmt.Errorf("%w: format %d, and this one knows %d", errFormat, binary.BigEndian.Uint32(written), format)
	}
	return nil
}

// Announce tells others at which address the server of the folder is.
func (f *Folder) Announce(address string) error {
	f.mu.Lock()
	f.holder.Address = address
	f.mu.Unlock()
	return f.tellHolder()
}

func (f *Folder) tellHolder() error {
	text, err := json.Marshal(f.holder)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(f.dir, holderName), text, 0o600)
}

func holderOf(dir string) (h Holder) {
	text, err := os.ReadFile(filepath.Join(dir, holderName))
	if err == nil {
		_ = json.Unmarshal(text, &h) // it says what it can
	}
	return h
}

// Damages are those of the index, as it was opened, that no world will tell of; in words.
func (f *Folder) Damages() []string { return f.survey.damages }

// Dir is where the folder is.
func (f *Folder) Dir() string { return f.dir }

// Closed says that the folder was closed.
func (f *Folder) Closed() bool { return errors.Is(f.Err(), ErrClosed) }

// Close waits for what is queued and lets go of the folder. What is queued afterwards is
// refused. Error: something could not be written.
func (f *Folder) Close() error {
	f.mu.Lock()
	ended := errors.Is(f.failed, ErrClosed)
	f.failed = ErrClosed
	f.mu.Unlock()
	if ended {
		return nil
	}
	close(f.wake)
	<-f.done
	_ = os.Remove(filepath.Join(f.dir, holderName))
	return errors.Join(f.full, f.db.Close())
}
