package data

import (
	"bytes"
	"cmp"
	"context"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// SmallBody is of how many bytes a body has a file of its own; smaller ones are in the index.
const SmallBody = 64 << 10

// The shelves of bodies, by their ids: their bytes; or of those with a file, what is in it.
const (
	bodyShelf = "bodies"
	fileShelf = "files"
)

// staged is a body that no durable write names yet.
type staged struct {
	bytes  []byte // of a small one
	size   int64
	md5    [md5.Size]byte
	queued bool // to be kept
}

// op is the write that keeps it.
func (s *staged) op(id blob.ID) Op {
	if s.size < SmallBody {
		return Put(bodyShelf, key(id), s.bytes)
	}
	return Put(fileShelf, key(id), append(binary.BigEndian.AppendUint64(nil, uint64(s.size)), s.md5[:]...))
}

func key(id blob.ID) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

// idOf is that of a key, 0 where it is none.
func idOf(key []byte) blob.ID {
	if len(key) != 8 {
		return 0
	}
	return blob.ID(binary.BigEndian.Uint64(key))
}

// file is where a body is. A folder has a thousand of them, of ids that follow each other
// and so were written at one time.
func (f *Folder) file(id blob.ID) string {
	return filepath.Join(f.dir, bodiesName, strconv.FormatUint(uint64(id)/1000, 10), strconv.FormatUint(uint64(id), 10))
}

// bufferSize is in how large pieces bodies go to their files and come from them.
const bufferSize = 256 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// Put reads r to its end and keeps the bytes until they are kept for good (KeepBody) or
// deleted, as blob.Store.Put does. A body in a file is synced before it returns. Errors: those of
// blob.Store.Put; ErrUnwritten.
func (f *Folder) Put(ctx context.Context, r io.Reader, size int64) (blob.Info, error) {
	b, err := blob.NewBounded(ctx, r, size)
	if err != nil {
		return blob.Info{}, err
	}
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	n, err := io.ReadFull(b, buffer[:SmallBody])
	switch {
	case b.Err() != nil:
		return blob.Info{}, b.Err()
	case err == nil:
		return f.putFile(b, buffer)
	}
	return f.stage(&staged{bytes: bytes.Clone(buffer[:n]), size: int64(n), md5: md5.Sum(buffer[:n])}), nil
}

// stage gives a small body an id.
func (f *Folder) stage(s *staged) blob.Info {
	id := f.newID()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.staged[id] = s
	return blob.Info{ID: id, Size: s.size, MD5: s.md5}
}

func (f *Folder) newID() blob.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last++
	return f.last
}

// putFile writes a body that begins with the SmallBody bytes of the buffer.
func (f *Folder) putFile(r *blob.Bounded, buffer *[bufferSize]byte) (blob.Info, error) {
	id, sum := f.newID(), md5.New()
	size, err := f.disk.Create(f.file(id), func(file io.Writer) (int64, error) {
		to := io.MultiWriter(file, sum)
		if n, err := to.Write(buffer[:SmallBody]); err != nil {
			return int64(n), err
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{r}, buffer[:])
		return SmallBody + n, err
	}, !f.options.NoSync)
	switch {
	case r.Err() != nil:
		return blob.Info{}, r.Err()
	case err != nil:
		return blob.Info{}, f.unwritten(err)
	}
	s := &staged{size: size}
	sum.Sum(s.md5[:0])
	f.mu.Lock()
	defer f.mu.Unlock()
	f.staged[id], f.files[id] = s, size
	return blob.Info{ID: id, Size: size, MD5: s.md5}, nil
}

// Get reads length bytes of a body from offset off. Close it where it is an io.Closer. The
// bytes stay readable when the body is deleted meanwhile. Errors: blob.ErrNotFound,
// blob.ErrRange; the body is damaged, and where it is.
func (f *Folder) Get(id blob.ID, off, length int64) (io.Reader, error) {
	if off < 0 || length < 0 || off > blob.MaxSize-length {
		return nil, blob.ErrRange
	}
	f.mu.Lock()
	s, held := f.staged[id]
	size, inFile := f.files[id]
	bad := f.survey.bad[id]
	f.mu.Unlock()
	switch {
	case bad != nil:
		return nil, bad
	case inFile:
		return openFile(f.file(id), size, off, length)
	case held:
		return within(s.bytes, off, length)
	}
	all, err := f.Value(bodyShelf, key(id))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the body %d in %s is damaged: %w", id, filepath.Join(f.dir, indexName), err)
	case all == nil:
		return nil, f.missing(id)
	}
	return within(all, off, length)
}

func within(all []byte, off, length int64) (io.Reader, error) {
	if off+length > int64(len(all)) {
		return nil, blob.ErrRange
	}
	return bytes.NewReader(all[off : off+length]), nil
}

// Delete frees a body. Error: blob.ErrNotFound, of one that is only staged.
func (f *Folder) Delete(id blob.ID) error {
	f.mu.Lock()
	s, held := f.staged[id]
	_, inFile := f.files[id]
	if !held || s.queued {
		f.mu.Unlock()
		f.Queue(Op{kind: freeBody, body: id}) // who frees it waits for nothing: a start sweeps
		return nil
	}
	delete(f.staged, id)
	delete(f.files, id)
	f.mu.Unlock()
	if inFile {
		return f.disk.Remove(f.file(id))
	}
	return nil
}

// fileReader reads from a file of a body. What it is copied to may take the file's bytes
// without their coming by here.
type fileReader struct {
	io.LimitedReader
	file *os.File
}

func openFile(path string, size, off, length int64) (io.Reader, error) {
	if off+length > size {
		return nil, blob.ErrRange
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err = sizeDamage(file.Stat, path, size); err == nil {
		_, err = file.Seek(off, io.SeekStart)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &fileReader{io.LimitedReader{R: file, N: length}, file}, nil
}

// WriteTo lets w take the bytes from the file itself, if it can.
func (r *fileReader) WriteTo(w io.Writer) (int64, error) {
	n, err := r.copyTo(w)
	if err == nil && r.N > 0 {
		err = io.ErrUnexpectedEOF // somebody has cut the file
	}
	return n, err
}

func (r *fileReader) copyTo(w io.Writer) (int64, error) {
	if to, ok := w.(io.ReaderFrom); ok {
		return to.ReadFrom(&r.LimitedReader)
	}
	buffer := buffers.Get().(*[bufferSize]byte)
	defer buffers.Put(buffer)
	return io.CopyBuffer(w, &r.LimitedReader, buffer[:])
}

func (r *fileReader) Close() error { return r.file.Close() }

// missing is the error of a body that is neither in the index nor in a file.
func (f *Folder) missing(id blob.ID) error {
	if err := cmp.Or(f.survey.readable(bodyShelf), f.survey.readable(fileShelf)); err != nil {
		return err
	}
	return fmt.Errorf("the body %d is not in %s: %w", id, f.dir, blob.ErrNotFound)
}

// sweepFiles takes away the files of bodies that the index has not, if it is whole.
func (f *Folder) sweepFiles() error {
	return f.eachFile(func(path string, id blob.ID) error {
		f.last = max(f.last, id)
		if _, ok := f.files[id]; ok || f.survey.bad[id] != nil || f.options.Reading || f.failed != nil {
			return nil
		}
		return f.disk.Remove(path)
	})
}

// eachFile visits the files of bodies; those whose names are none have the id 0.
func (f *Folder) eachFile(visit func(path string, id blob.ID) error) error {
	folder := filepath.Join(f.dir, bodiesName)
	return filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if path == folder && errors.Is(err, fs.ErrNotExist) {
			return nil // no body had a file yet
		}
		if err != nil || e.IsDir() {
			return err
		}
		id, _ := strconv.ParseUint(e.Name(), 10, 64) // 0: something else
		return visit(path, blob.ID(id))
	})
}

// Sweep takes away the bodies, of those that were there when the folder was opened, that nothing
// needs: of which needed says no. Where something of the index is damaged nobody knows that.
func (f *Folder) Sweep(needed func(blob.ID) bool) error {
	f.mu.Lock()
	found := f.survey.bodies
	f.survey.bodies = nil
	for id := range f.files {
		if id <= f.survey.last {
			found = append(found, id)
		}
	}
	f.mu.Unlock()
	var free []Op
	for _, id := range found {
		if !needed(id) {
			free = append(free, Op{kind: freeBody, body: id})
		}
	}
	if len(free) == 0 || len(f.survey.damages) > 0 || len(f.survey.bad) > 0 {
		return nil
	}
	return f.Queue(free...).Wait(context.Background())
}

// Bodies is how many bodies the folder had when it was opened, before Sweep.
func (f *Folder) Bodies() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.survey.bodies) + len(f.files)
}

// BodyDamage is what is wrong with a body that was kept, as far as one sees without reading
// it; nil: nothing.
func (f *Folder) BodyDamage(id blob.ID) error {
	f.mu.Lock()
	size, inFile := f.files[id]
	bad, found := f.survey.bad[id], f.survey.bodies
	f.mu.Unlock()
	switch {
	case bad != nil:
		return bad
	case inFile:
		path := f.file(id)
		return sizeDamage(func() (fs.FileInfo, error) { return os.Stat(path) }, path, size)
	case found != nil && id <= f.survey.last: // before Sweep
		if _, ok := slices.BinarySearch(found, id); !ok {
			return f.missing(id)
		}
	}
	return nil
}

// sizeDamage says that a file has another size than it should have.
func sizeDamage(stat func() (fs.FileInfo, error), path string, size int64) error {
	info, err := stat()
	if err == nil && info.Size() != size {
		err = fmt.Errorf("%s is damaged: it has %d bytes and should have %d", path, info.Size(), size)
	}
	return err
}
