// Package blob keeps bytes and knows nothing else: no names, no buckets, no
// metadata. A blob is written once, under an id that is never used again, read
// in ranges and deleted. That is all that is asked of gofakes3's memory backend,
// and it stays clear of everything the backend does differently from S3: names,
// lists, copies, versions and uploads in parts.
package blob

import (
	"context"
	"crypto/md5"
	"errors"
	"io"
	"strconv"
	"sync/atomic"
)

// MaxSize is the most bytes that one blob holds: 5 GiB, S3's limit for one
// PutObject or UploadPart (S3 User Guide, "Amazon S3 multipart upload limits").
const MaxSize = 5 << 30

// Errors of this package. An error of the reader that a body comes from is
// passed on as it is.
var (
	ErrNotFound = errors.New("blob: no such blob")
	ErrRange    = errors.New("blob: range outside the blob")
	ErrTooLarge = errors.New("blob: more bytes than one blob may hold")
	// ErrTooLong says that a body went on after the size that was declared.
	ErrTooLong = errors.New("blob: more bytes than were declared")
)

// ID names a blob: by the number of its bytes in a backend, or by that of a pack and its
// place there. It is not used again after the blob is deleted.
type ID uint64

// placeBits are those of an ID that are its place in a pack; 0: it is in none.
const placeBits = 16

func largeID(number uint64) ID { return ID(number << placeBits) }

func packedID(number uint64, place int) ID { return ID(number<<placeBits | uint64(place)) }

func (id ID) number() uint64 { return uint64(id >> placeBits) }
func (id ID) place() int     { return int(id & (1<<placeBits - 1)) }

func (id ID) String() string { return strconv.FormatUint(uint64(id), 36) }

// Info is what Put found out about the bytes.
type Info struct {
	ID   ID // of the first blob; all of it, where there is no other
	Size int64
	MD5  [md5.Size]byte
	// Rest are the blobs behind the first, of a body that is kept in several.
	Rest []Piece
}

// Piece is one blob of a large body: its id and its size in bytes.
type Piece struct {
	ID   ID
	Size int64
}

// Store holds blobs in memory. It is safe for concurrent use, and holds no lock
// while a body is read.
type Store struct {
	backends *backends
	packs    *packs // of small blobs
	held     atomic.Int64
}

// NewStore makes an empty Store.
func NewStore() *Store {
	b := newBackends()
	return &Store{backends: b, packs: newPacks(b)}
}

// Len is the number of blobs held.
func (s *Store) Len() int { return int(s.held.Load()) }

// Put reads r to its end, so that a reader that verifies what it gives has its
// say, and keeps the bytes. size is the number of bytes declared; -1 means that
// it is not known. Memory grows with what has arrived, not with what was
// declared. Errors: r's own, unchanged; ctx's, while bytes that were declared are
// missing; io.ErrUnexpectedEOF for a body shorter than size; ErrTooLong;
// ErrTooLarge. After an error nothing is kept.
func (s *Store) Put(ctx context.Context, r io.Reader, size int64) (Info, error) {
	if size > MaxSize {
		return Info{}, ErrTooLarge
	}
	b := &body{ctx: ctx, r: r, size: size}
	if size > pieceSize {
		b.whole = md5.New()
	}
	info, err := s.put(b)
	if b.err != nil { // the backend has words of its own for it
		err = b.err
	}
	if err != nil {
		s.drop(info)
		return Info{}, err
	}
	return info, nil
}

// put keeps a body in blobs of pieceSize, so that no more of it than that is ever
// held twice. It returns what it has kept in any case.
func (s *Store) put(b *body) (info Info, err error) {
	for last := false; !last; {
		var a arriving
		if a, last, err = b.next(); err == nil && (a.size > 0 || info.ID == 0) {
			err = s.keep(&info, a)
		}
		a.release()
		if err != nil {
			return info, err
		}
	}
	if b.whole != nil {
		copy(info.MD5[:], b.whole.Sum(nil))
	}
	return info, nil
}

// keep adds a piece to a body of which the pieces before it are kept.
func (s *Store) keep(info *Info, a arriving) (err error) {
	var id ID
	if a.size < smallSize {
		id, info.MD5 = s.packs.put(a.gathered), a.sum()
	} else {
		id = largeID(s.backends.number())
		info.MD5, err = s.backends.put(id.number(), a, a.size)
	}
	if err != nil {
		return err
	}
	if s.held.Add(1); info.ID == 0 {
		info.ID = id
	} else {
		info.Rest = append(info.Rest, Piece{id, a.size})
	}
	info.Size += a.size
	return nil
}

// drop frees the blobs of a body that did not come to its end.
func (s *Store) drop(info Info) {
	if info.ID != 0 {
		_ = s.Delete(info.ID) // they are there, and nobody else has them
	}
	for _, piece := range info.Rest {
		_ = s.Delete(piece.ID)
	}
}

// Get reads length bytes of a blob from offset off. The bytes stay readable when
// the blob is deleted meanwhile. What it gives is an io.WriterTo, which copies nothing.
// Errors: ErrNotFound, ErrRange.
func (s *Store) Get(id ID, off, length int64) (io.Reader, error) {
	if off < 0 || length < 0 || off > MaxSize-length {
		return nil, ErrRange
	}
	if id.place() > 0 {
		return s.packs.get(id, off, length)
	}
	return s.backends.get(id.number(), off, length)
}

// Delete frees a blob. Error: ErrNotFound.
func (s *Store) Delete(id ID) (err error) {
	if id.place() > 0 {
		err = s.packs.delete(id)
	} else {
		err = s.backends.delete(id.number())
	}
	if err == nil {
		s.held.Add(-1)
	}
	return err
}
