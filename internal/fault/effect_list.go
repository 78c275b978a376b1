package fault

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/s3fault/s3fault/internal/facts"
	"github.com/s3fault/s3fault/internal/tree"
)

const listName = "list"

// listing is what is wrong with a page of a list.
type listing string

// tokenless is a page that says there are more, and not from where.
const tokenless listing = "truncated-without-token"

var listings = facts.Is[listing](facts.OneOf("value", tokenless))

func (listing) Name() string { return listName }

var (
	isTruncated = regexp.MustCompile(`<IsTruncated>[a-z]*</IsTruncated>`)
	nextPage    = regexp.MustCompile(`<Next[A-Za-z]*(Token|Marker)>[^<]*</Next[A-Za-z]*>|<Next[A-Za-z]*(Token|Marker)/>`)
)

// Change makes the page one that says there are more.
func (listing) Change(_ *Strike, a *Answer) {
	page, err := io.ReadAll(a.Body)
	a.Body.Close()
	if err == nil {
		page = nextPage.ReplaceAll(page, nil)
		page = isTruncated.ReplaceAll(page, []byte("<IsTruncated>true</IsTruncated>"))
	}
	a.Body, a.Length = io.NopCloser(bytes.NewReader(page)), int64(len(page))
}

// paged are the lists that come in pages which say whether there are more.
var paged = []string{"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads", "ListParts"}

// Check wants a list that comes in such pages.
func (listing) Check(o Operation, _ *Catalogue, n *tree.Node) error {
	if o.Service == "" && slices.Contains(paged, o.Name) {
		return nil
	}
	return tree.Fail(n, "%s is no list with IsTruncated: %s are", o, strings.Join(paged, ", "))
}
