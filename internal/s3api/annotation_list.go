package s3api

import (
	"encoding/xml"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/s3fault/s3fault/internal/s3api/wire"
	"github.com/s3fault/s3fault/internal/s3err"
	"github.com/s3fault/s3fault/internal/store"
)

type putAnnotationXML struct {
	XMLName        xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ PutObjectAnnotationResult"`
	AnnotationName string
	Key            string
}

// annotationListRoot is the root of the list; clients read any.
const annotationListRoot = "ListObjectAnnotationsResult"

func serveListObjectAnnotations(a annotating, c *Call) (*Reply, error) {
	o, err := a.annotated(c)
	if err != nil {
		return nil, err
	}
	prefix, token, most, err := annotationPage(c)
	if err != nil {
		return nil, err
	}
	var names []string
	after, _ := wire.OpenToken(annotationListRoot+c.Bucket+"/"+c.Key, token)
	for _, name := range slices.Sorted(maps.Keys(o.Annotations)) {
		if strings.HasPrefix(name, prefix) && name > after {
			names = append(names, name)
		}
	}
	next := ""
	if len(names) > most {
		names = names[:most]
		if most > 0 {
			next = wire.SealToken(annotationListRoot+c.Bucket+"/"+c.Key, names[most-1])
		}
	}
	w := wire.NewDocument(annotationListRoot, len(names)*200)
	w.Text("Bucket", c.Bucket)
	w.Text("Key", c.Key)
	w.Optional("AnnotationPrefix", prefix)
	w.Number("MaxAnnotationResults", int64(most))
	w.Number("AnnotationCount", int64(len(names)))
	w.Optional("ContinuationToken", token)
	w.Optional("NextContinuationToken", next)
	w.Open("Annotations")
	for _, name := range names {
		note := o.Annotations[name]
		w.Open("AnnotationEntry")
		w.Text("AnnotationName", name)
		w.Time("LastModified", note.Modified)
		w.Number("Size", int64(len(note.Text)))
		w.Text("ChecksumAlgorithm", annotationAlgorithm(note).Name)
		w.ETag(annotationETag(note))
		w.Close("AnnotationEntry")
	}
	w.Close("Annotations")
	reply := documentReply(w.End(annotationListRoot))
	if b := c.State().Buckets[c.Bucket]; b != nil && b.Versioning != "" {
		reply.Header.Set("x-amz-object-version-id", o.Version)
	}
	return reply, nil
}

// annotationPage is which page the query asks for; more than a thousand are as many as a
// thousand [unsure].
func annotationPage(c *Call) (prefix, token string, most int, err error) {
	prefix, most = c.Query.Get("annotation-prefix"), store.MaxAnnotations
	if len(prefix) > store.MaxAnnotationName || !utf8.ValidString(prefix) {
		return "", "", 0, s3err.New(s3err.InvalidPrefix)
	}
	if v, given := c.Query.Lookup("max-annotation-results"); given {
		n, failed := strconv.Atoi(v)
		if failed != nil || n < 0 { // the words [unsure]
			return "", "", 0, s3err.Argument("Provided max-annotation-results not an integer or within integer range",
				"max-annotation-results", v)
		}
		most = min(n, store.MaxAnnotations)
	}
	if token = c.Query.Get("continuation-token"); token != "" {
		if _, ok := wire.OpenToken(annotationListRoot+c.Bucket+"/"+c.Key, token); !ok {
			return "", "", 0, wire.BadToken()
		}
	}
	return prefix, token, most, nil
}
