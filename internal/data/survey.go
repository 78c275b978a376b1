package data

import (
	"crypto/md5"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// survey is what is seen of an index before it is used.
type survey struct {
	index  string           // its file
	broken map[string]error // the shelves whose pages are damaged, by their paths; "": all
	unfree error            // why the list of free pages is of no use
	bodies []blob.ID        // in the index
	files  map[blob.ID]int64
	last   blob.ID
	bad    map[blob.ID]error // bodies whose value is damaged
	worn   map[string]bool   // shelves that have damaged values, whose keys may be others
	// damages are those that are nobody else's to tell, in words.
	damages []string
}

// newSurvey looks at all of an index, whose pages are of size bytes. Error: nothing of it can
// be read.
func newSurvey(index string, size int) (*survey, error) {
	file, err := os.Open(index)
	if err != nil {
		return nil, err
	}
	s := &survey{
		index: index, broken: map[string]error{}, bodies: []blob.ID{}, files: map[blob.ID]int64{}, bad: map[blob.ID]error{},
		worn: map[string]bool{},
	}
	p, flawed, err := openPages(file, size)
	if err == nil {
		for _, page := range flawed {
			s.tell("meta page %d of %s is damaged: what was written last may be gone", page, index)
		}
		s.bucket(p, "", p.meta.root)
		if s.unfree = p.freed(); s.unfree != nil {
			s.tell("%s is damaged, the list of its free pages: %v; s3fault takes no changes with it", index, s.unfree)
		}
		err = s.broken[""] // nothing leads to the others
	}
	return s, errors.Join(err, file.Close())
}

func (s *survey) tell(format string, args ...any) {
	s.damages = append(s.damages, fmt.Sprintf(format, args...))
}

// whole is why the index can only be read, as far as it can be; nil: it can be written to.
func (s *survey) whole() error {
	err := s.unfree
	for _, broken := range s.broken {
		err = broken
	}
	if err != nil {
		err = fmt.Errorf("%s is damaged and takes no changes: %w", s.index, err)
	}
	return err
}

// readable is why a shelf cannot be read: its pages, or those of one above, are damaged.
func (s *survey) readable(path string) error {
	for broken, err := range s.broken {
		if broken == path || strings.HasPrefix(path, broken+"/") {
			return fmt.Errorf("%s is damaged: %w", s.index, err)
		}
	}
	return nil
}

// breaks notes that the pages of a shelf are damaged.
func (s *survey) breaks(path string, err error) {
	s.broken[path] = err
	s.tell("%s is damaged, %s: %v; s3fault takes no changes with it", s.index, path, err)
}

// bucket looks at the pages of a shelf, from its first on.
func (s *survey) bucket(p *pages, path string, root uint64) {
	if err := s.page(p, path, root, nil, nil); err != nil {
		s.breaks(path, err)
	}
}

func (s *survey) page(p *pages, path string, id uint64, least, most []byte) error {
	page, err := p.read(id)
	if err != nil {
		return err
	}
	defer p.giveBack(page)
	all, err := elements(page, least, most)
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	for i, e := range all {
		if !e.branch {
			if err := s.element(p, path, e); err != nil {
				return fmt.Errorf("page %d: %w", id, err)
			}
			continue
		}
		below := most
		if i+1 < len(all) {
			below = all[i+1].key
		}
		if err := s.page(p, path, e.page, e.key, below); err != nil {
			return err
		}
	}
	return nil
}

// element looks at what a leaf has: a value, or a shelf below. Error: nobody knows which shelf.
func (s *survey) element(p *pages, path string, e element) error {
	below := strings.TrimPrefix(path+"/"+string(e.key), "/")
	named := len(e.value) >= bucketHead && order.Uint64(e.value[8:]) == sumOfPath(below)
	switch {
	case !e.bucket && named:
		s.breaks(below, errors.New("it is marked as a value"))
		return nil
	case !e.bucket:
		s.value(path, e.key, e.value)
		return nil
	case !named:
		return fmt.Errorf("the shelf %q has another name", below)
	}
	if root := order.Uint64(e.value); root != 0 {
		s.bucket(p, below, root)
	} else if err := s.inline(p, below, e.value[bucketHead:]); err != nil {
		s.breaks(below, err)
	}
	return nil
}

// inline is a shelf that is so small that its page is in the place of a value.
func (s *survey) inline(p *pages, path string, page []byte) error {
	if len(page) < pageHead {
		return errors.New("it has no page")
	}
	all, err := elements(page, nil, nil)
	for _, e := range all {
		if e.branch || e.bucket {
			return errors.New("it has others within it")
		}
		s.value(path, e.key, e.value)
	}
	return err
}

// value learns of bodies, and what is damaged: who looks for a key does not find it where the
// key itself is.
func (s *survey) value(path string, key, sealed []byte) {
	if path == aboutShelf {
		return // its value is the engine's alone
	}
	value, err := unseal(key, sealed)
	s.worn[path] = s.worn[path] || err != nil
	id := idOf(key)
	switch {
	case path == bodyShelf:
		s.last, s.bodies = max(s.last, id), append(s.bodies, id)
		if err != nil {
			s.bad[id] = fmt.Errorf("the body %d in %s is damaged: %w", id, s.index, err)
		}
	case path != fileShelf:
	case err != nil || len(value) != 8+md5.Size:
		s.bad[id] = fmt.Errorf("%s is damaged: what it says of the file %d", s.index, id)
	default:
		s.last, s.files[id] = max(s.last, id), int64(binary.BigEndian.Uint64(value))
	}
}
