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
	"fmt"
	"io"
	"strconv"
	"sync/atomic"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
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

// bucket is the name of the one bucket that each backend has.
const bucket = "blobs"

// shards is over how many backends the blobs are spread. A backend takes the MD5
// of a body while it holds its lock, so with a single one every large upload
// would hold up every reader.
const shards = 64

// ID names a blob. It is not used again after the blob is deleted.
type ID uint64

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
	backends [shards]gofakes3.Backend
	last     atomic.Uint64 // the last id given out
	held     atomic.Int64
	returns  returns
}

// NewStore makes an empty Store.
func NewStore() *Store {
	s := &Store{}
	for i := range s.backends {
		backend := s3mem.New()
		if err := backend.CreateBucket(bucket); err != nil {
			// It refuses only a bucket that it has already, and it is new.
			panic(err)
		}
		s.backends[i] = backend
	}
	return s
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
	body := &body{ctx: ctx, r: r, size: size}
	if size >= 0 && size <= segmentSize {
		info, err := s.keep(body, size)
		if body.err != nil { // the backend has words of its own for it
			err = body.err
		}
		return info, err
	}
	return s.putPieces(body)
}

// putPieces keeps a body in blobs of pieceSize, so that no more of it than that is ever
// held twice: as it arrived, and as the backend copies it.
func (s *Store) putPieces(b *body) (info Info, err error) {
	whole := md5.New()
	defer func() {
		if err != nil {
			s.drop(info)
			info = Info{}
		}
	}()
	for first := true; ; first = false {
		arrived, more, err := gather(b)
		switch {
		case err != nil:
			return info, err
		case arrived.size == 0 && !first: // it ended with the piece before
			return info, nil
		}
		if more || !first { // of one alone the backend takes it
			arrived.hash(whole)
		}
		piece, err := s.keep(arrived, arrived.size)
		arrived.release()
		switch {
		case err != nil:
			return info, err
		case first:
			info = piece
		default:
			info.Size += piece.Size
			info.Rest = append(info.Rest, Piece{piece.ID, piece.Size})
			whole.Sum(info.MD5[:0])
		}
		if !more {
			return info, nil
		}
	}
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

// keep hands the size bytes of r to a backend. The backend takes their MD5 in
// any case, so it is asked for it rather than taking it a second time.
func (s *Store) keep(r io.Reader, size int64) (info Info, err error) {
	defer recovered(&err)
	id := ID(s.last.Add(1))
	name, backend := id.String(), s.backend(id)
	// The backend writes into the map, so it must not be nil.
	if _, err := backend.PutObject(bucket, name, map[string]string{}, r, size, nil); err != nil {
		return Info{}, err
	}
	head, err := backend.HeadObject(bucket, name)
	if err != nil {
		return Info{}, err
	}
	info = Info{ID: id, Size: size}
	copy(info.MD5[:], head.Hash)
	s.held.Add(1)
	return info, nil
}

// Get reads length bytes of a blob from offset off. The bytes stay readable when
// the blob is deleted meanwhile. Errors: ErrNotFound, ErrRange.
func (s *Store) Get(id ID, off, length int64) (r io.Reader, err error) {
	defer recovered(&err)
	if off < 0 || length < 0 || off > MaxSize-length {
		return nil, ErrRange
	}
	var ranged *gofakes3.ObjectRangeRequest // nil: most reads are of all, and the backend has no empty ranges
	if off > 0 && length > 0 {
		ranged = &gofakes3.ObjectRangeRequest{Start: off, End: off + length - 1}
	}
	object, err := s.backend(id).GetObject(bucket, id.String(), ranged)
	switch {
	case errors.Is(err, gofakes3.ErrInvalidRange):
		return nil, ErrRange
	case err != nil:
		return nil, missing(err)
	case off+length > object.Size: // of which the backend gives what there is
		return nil, ErrRange
	case ranged == nil && length < object.Size:
		return io.LimitReader(object.Contents, length), nil
	}
	return object.Contents, nil
}

// Delete frees a blob. Error: ErrNotFound.
func (s *Store) Delete(id ID) (err error) {
	defer recovered(&err)
	backend := s.backend(id)
	head, err := backend.HeadObject(bucket, id.String())
	if err != nil {
		return missing(err)
	}
	if _, err := backend.DeleteObject(bucket, id.String()); err != nil {
		return err
	}
	s.held.Add(-1)
	s.returns.freed(head.Size)
	return nil
}

func (s *Store) backend(id ID) gofakes3.Backend { return s.backends[id%shards] }

// missing turns the backend's word for a missing blob into ours.
func missing(err error) error {
	if gofakes3.HasErrorCode(err, gofakes3.ErrNoSuchKey) {
		return ErrNotFound
	}
	return err
}

// recovered makes an error of a panic of the backend: its interface is not
// stable, and one request must not end the server.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("blob: the backend panicked: %v", p)
	}
}
