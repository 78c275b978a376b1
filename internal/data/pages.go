package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
)

// This file reads the engine's file as it is on the disk (bbolt, internal/common): pages of
// headers and elements, each element a key with its value, a bucket, or a page below. The engine
// believes what it reads there, and ends the program or turns for ever where it is not so;
// so all of it is looked at first. Numbers are in the machine's own order.

var order = binary.NativeEndian

const (
	branchFlag, leafFlag, freeFlag = 0x01, 0x02, 0x10
	// Of a page its head, of an element its own, and of a bucket what is in the place of a value.
	pageHead, elementHead, bucketHead = 16, 16, 16

	metaMagic, metaSize = 0xED0CDAED, 64
	noFreelist          = ^uint64(0)
	firstPage           = 2 // behind the two meta pages
)

// meta is what a meta page says: where all begins, as of a transaction.
type meta struct{ root, freelist, end, transaction uint64 }

// readMeta is that of a meta page; false: it is none.
func readMeta(page []byte) (m meta, ok bool) {
	b := page[pageHead:]
	if order.Uint32(b) != metaMagic {
		return m, false
	}
	sum := fnv.New64a()
	_, _ = sum.Write(b[:metaSize-8])
	m = meta{order.Uint64(b[16:]), order.Uint64(b[32:]), order.Uint64(b[40:]), order.Uint64(b[48:])}
	return m, sum.Sum64() == order.Uint64(b[metaSize-8:])
}

// pages are those of the engine's file.
type pages struct {
	file io.ReaderAt
	size int
	meta meta
	seen []bool // by page: something leads to it
	// spare are buffers of pages that nobody looks at any more.
	spare [][]byte
}

// openPages begins with the newest meta page. flawed are those of the two that are none. Error:
// both are.
func openPages(file io.ReaderAt, size int) (p *pages, flawed []int, err error) {
	p = &pages{file: file, size: size}
	page := make([]byte, size)
	for i := range firstPage {
		_, err := file.ReadAt(page, int64(i*size))
		m, ok := readMeta(page)
		switch {
		case err != nil || !ok:
			flawed = append(flawed, i)
		case m.transaction >= p.meta.transaction:
			p.meta = m
		}
	}
	if len(flawed) == firstPage {
		return nil, nil, errors.New("neither of its meta pages is whole")
	}
	p.seen = make([]bool, p.meta.end)
	return p, flawed, nil
}

// read is a page with what flows over from it, until it is given back. Nothing else has led to
// it yet.
func (p *pages) read(id uint64) ([]byte, error) {
	if id < firstPage || id >= p.meta.end {
		return nil, fmt.Errorf("there is no page %d", id)
	}
	page := p.buffer()
	if _, err := p.file.ReadAt(page, int64(id)*int64(p.size)); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	more := uint64(order.Uint32(page[12:]))
	if order.Uint64(page) != id || more >= p.meta.end-id || slices.Contains(p.seen[id:id+more+1], true) {
		return nil, fmt.Errorf("page %d is another's, or none", id)
	}
	for i := range more + 1 {
		p.seen[id+i] = true
	}
	if more == 0 {
		return page, nil
	}
	page = slices.Grow(page, int(more)*p.size)[:int(more+1)*p.size]
	if _, err := p.file.ReadAt(page[p.size:], int64(id+1)*int64(p.size)); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return page, nil
}

func (p *pages) buffer() []byte {
	if n := len(p.spare); n > 0 {
		page := p.spare[n-1]
		p.spare = p.spare[:n-1]
		return page[:p.size]
	}
	return make([]byte, p.size)
}

func (p *pages) giveBack(page []byte) { p.spare = append(p.spare, page) }

// element is one of a page.
type element struct {
	key, value []byte
	bucket     bool
	branch     bool
	page       uint64 // of a branch: the one below
}

// elements are those of a page, whose keys ascend from least on and end before most; empty
// ones bound nothing.
func elements(page, least, most []byte) ([]element, error) {
	flags, count := order.Uint16(page[8:]), int(order.Uint16(page[10:]))
	if flags != branchFlag && flags != leafFlag || flags == branchFlag && count == 0 {
		return nil, errors.New("it is of no kind")
	}
	if count == 0 && len(bytes.Trim(page[pageHead:], "\x00")) > 0 {
		return nil, errors.New("it says that it is empty, and is not")
	}
	all := make([]element, 0, min(count, len(page)/elementHead))
	next := pageHead + count*elementHead // where the keys and values begin, one behind the other
	for i := range count {
		at := pageHead + i*elementHead
		if at+elementHead > len(page) {
			return nil, errors.New("it has more elements than room")
		}
		e, begins, ok := readElement(page[at:], flags == branchFlag)
		switch {
		case !ok || at+begins != next:
			return nil, errors.New("an element is not where it should be")
		case i == 0 && bytes.Compare(e.key, least) < 0,
			i > 0 && bytes.Compare(e.key, all[i-1].key) <= 0,
			len(most) > 0 && bytes.Compare(e.key, most) >= 0:
			return nil, errors.New("its keys are in no order")
		}
		all = append(all, e)
		next += len(e.key) + len(e.value)
	}
	return all, nil
}

// readElement reads the element whose head b begins with, and where in b its key begins.
func readElement(b []byte, branch bool) (e element, begins int, ok bool) {
	var at, size, more uint64
	if e.branch = branch; branch {
		at, size, e.page = uint64(order.Uint32(b)), uint64(order.Uint32(b[4:])), order.Uint64(b[8:])
	} else {
		e.bucket = order.Uint32(b) != 0
		at, size, more = uint64(order.Uint32(b[4:])), uint64(order.Uint32(b[8:])), uint64(order.Uint32(b[12:]))
	}
	if at+size+more > uint64(len(b)) || e.bucket && (more < bucketHead || order.Uint32(b) != 1) {
		return e, 0, false
	}
	e.key, e.value = b[at:at+size], b[at+size:at+size+more]
	return e, int(at), true
}

// freed holds the list of free pages against those that are in use: the engine writes to them.
func (p *pages) freed() error {
	if p.meta.freelist == noFreelist {
		return nil
	}
	page, err := p.read(p.meta.freelist)
	if err != nil {
		return err
	}
	defer p.giveBack(page)
	count, at := uint64(order.Uint16(page[10:])), pageHead
	if count == 0xFFFF {
		count, at = order.Uint64(page[at:]), at+8
	}
	if order.Uint16(page[8:]) != freeFlag || count > uint64(len(page)-at)/8 {
		return errors.New("it is no list of free pages")
	}
	for last := uint64(firstPage - 1); count > 0; count-- {
		id := order.Uint64(page[at:])
		if id <= last || id >= p.meta.end || p.seen[id] {
			return fmt.Errorf("it has page %d, which is in use or none", id)
		}
		last, at = id, at+8
	}
	return nil
}
