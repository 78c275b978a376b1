package model

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

const versionID = "X-Amz-Version-Id"

func pick[V any](r *run, of ...V) V { return of[r.draw.IntN(len(of))] }

func (r *run) key() string { return pick(r, "a/1", "a/2", "b") }

func (r *run) body() string {
	return strings.Repeat(pick(r, "x", "y", "z"), pick(r, 0, 1, 5, 20, 20, 128<<10))
}

// condition is a condition of a write, and the status that refuses it; 0: it holds.
func (r *run) condition(key string) (header, value string, status int) {
	now := r.model.current(key)
	switch r.draw.IntN(6) {
	case 0:
		if now != nil {
			status = http.StatusPreconditionFailed
		}
		return "If-None-Match", "*", status
	case 1:
		if now == nil {
			return "If-Match", etagOf("none"), http.StatusNotFound
		}
		if r.draw.IntN(2) == 0 {
			return "If-Match", etagOf("none"), http.StatusPreconditionFailed
		}
		return "If-Match", now.etag, 0
	}
	return "If-Match", "", 0
}

func (r *run) put() {
	key, body, tag := r.key(), r.body(), pick(r, "", "", "1", "2")
	class := pick(r, "", "", "", "GLACIER", "GLACIER_IR", "DEEP_ARCHIVE")
	header, value, status := r.condition(key)
	tagging := ""
	if tag != "" {
		tagging = "a=" + tag
	}
	a := r.send("PUT", key, "", body, header, value, "x-amz-tagging", tagging, "x-amz-storage-class", class)
	if status != 0 {
		r.want("the status of a PUT that its condition refuses", a.status, status)
		return
	}
	r.want("the status of a PUT", a.status, 200)
	v := &version{body: body, etag: etagOf(body), class: class, written: r.model.now}
	if tag != "" {
		v.tags = map[string]string{"a": tag}
	}
	r.wrote(key, v, a)
}

// wrote puts into the model what the server has written.
func (r *run) wrote(key string, v *version, a answer) {
	v.id = a.header.Get(versionID)
	r.want("that a version ID is told", v.id != "", r.model.versioning == "Enabled")
	r.model.put(key, v)
	r.want("x-amz-expiration of what was written", a.header.Get("x-amz-expiration"), r.model.expiry(key, v))
}

func (r *run) delete() {
	key := r.key()
	a := r.send("DELETE", key, "", "")
	r.want("the status of a DELETE", a.status, 204)
	id := a.header.Get(versionID)
	switch r.model.versioning {
	case "":
		r.want("the version of a DELETE", id, "")
	case "Suspended":
		r.want("the version of a DELETE", id, "null")
	}
	r.want("x-amz-delete-marker", a.header.Get("x-amz-delete-marker") == "true", r.model.versioning != "")
	r.model.remove(key, id, r.model.now)
}

// known is a version of the key that the model knows by its ID, or the null version.
func (r *run) known(key string) string {
	all := []string{"null"}
	for _, v := range r.model.keys[key] {
		if v.id != "" {
			all = append(all, v.id)
		}
	}
	return pick(r, all...)
}

func (r *run) deleteVersion() {
	key := r.key()
	id := r.known(key)
	a := r.send("DELETE", key, "versionId="+id, "")
	r.want("the status of a DELETE of a version", a.status, 204)
	if v := r.model.find(key, id); v != nil {
		r.want("x-amz-delete-marker", a.header.Get("x-amz-delete-marker") == "true", v.marker)
		r.model.drop(key, v)
	}
}

func (r *run) get() {
	key, query := r.key(), ""
	v := r.model.top(key)
	if r.draw.IntN(3) == 0 {
		id := r.known(key)
		v, query = r.model.find(key, id), "versionId="+id
	}
	method, header, value := pick(r, "GET", "HEAD"), pick(r, "If-Match", "If-None-Match"), ""
	if r.draw.IntN(3) == 0 {
		value = pick(r, etagOf("none"), "*")
		if v != nil && !v.marker {
			value = pick(r, value, v.etag)
		}
	}
	a := r.send(method, key, query, "", header, value)
	if status := r.read(v, query != "", method, header, value); status != 200 {
		r.want("the status of a "+method, a.status, status)
		return
	}
	r.want("the status of a "+method, a.status, 200)
	r.want("the ETag", a.header.Get("ETag"), v.etag)
	r.want("the storage class", a.header.Get("x-amz-storage-class"), v.class)
	r.want("x-amz-restore", a.header.Get("x-amz-restore"), r.model.restoring(v))
	if method == "GET" {
		r.want("the body", a.body, v.body)
	}
	expiry := ""
	if query == "" {
		expiry = r.model.expiry(key, v)
	}
	r.want("x-amz-expiration", a.header.Get("x-amz-expiration"), expiry)
}

// read is the status of a request to read a version.
func (r *run) read(v *version, named bool, method, header, value string) int {
	switch {
	case v == nil:
		return 404
	case v.marker && named:
		return 405
	case v.marker:
		return 404
	case r.model.archived(v) && method == "GET":
		return 403
	case header == "If-Match" && value != "" && value != "*" && value != v.etag:
		return 412
	case header == "If-None-Match" && (value == "*" || value == v.etag):
		return 304
	}
	return 200
}

func (r *run) copy() {
	from, to := r.key(), r.key()
	class := pick(r, "", "GLACIER")
	v := r.model.current(from)
	a := r.send("PUT", to, "", "", "x-amz-copy-source", "/bucket/"+from, "x-amz-storage-class", class)
	switch {
	case v == nil:
		r.want("the status of a copy of nothing", a.status, 404)
	case r.model.archived(v):
		r.want("the status of a copy from an archive", a.status, 403)
	case from == to && class == "":
		r.want("the status of a copy onto itself", a.status, 400)
	default:
		r.want("the status of a copy", a.status, 200)
		made := &version{body: v.body, etag: etagOf(v.body), class: class, tags: v.tags, written: r.model.now}
		// A copy tells the null version, where versions are suspended, and nothing else does.
		if a.header.Get(versionID) == "null" {
			r.want("that a copy tells the null version", r.model.versioning, "Suspended")
			a.header.Del(versionID)
		}
		r.wrote(to, made, a)
	}
}

func (r *run) setVersioning() {
	to := pick(r, "Enabled", "Enabled", "Suspended")
	a := r.send("PUT", "", "versioning", `<VersioningConfiguration><Status>`+to+`</Status></VersioningConfiguration>`)
	r.want("the status of PutBucketVersioning", a.status, 200)
	r.model.versioning = to
}

// upload begins an upload, of a part or of none.
func (r *run) upload() {
	key := r.key()
	a := r.send("POST", key, "uploads", "")
	var made struct {
		UploadID string `xml:"UploadId"`
	}
	if err := xml.Unmarshal([]byte(a.body), &made); err != nil || a.status != 200 {
		r.fail("CreateMultipartUpload: %d %s", a.status, a.body)
	}
	u := &upload{id: made.UploadID, key: key, begun: r.model.now}
	r.model.uploads = append(r.model.uploads, u)
	if r.draw.IntN(4) > 0 {
		body := r.body()
		part := r.send("PUT", key, "partNumber=1&uploadId="+u.id, body)
		r.want("the status of UploadPart", part.status, 200)
		u.body, u.etag = body, part.header.Get("ETag")
		r.want("the ETag of a part", u.etag, etagOf(body))
	}
}

// finish completes or aborts an upload, or one that is gone.
func (r *run) finish() {
	if len(r.model.uploads) == 0 {
		return
	}
	i := r.draw.IntN(len(r.model.uploads))
	u := r.model.uploads[i]
	query := "uploadId=" + u.id
	if r.draw.IntN(2) == 0 {
		r.want("the status of AbortMultipartUpload", r.send("DELETE", u.key, query, "").status, 204)
		r.model.uploads = slices.Delete(r.model.uploads, i, i+1)
		r.want("the status of a second one", r.send("DELETE", u.key, query, "").status, 404)
		return
	}
	if u.etag == "" {
		return
	}
	r.complete(u, i, query)
}

func (r *run) complete(u *upload, i int, query string) {
	header, value, status := "If-None-Match", "", 0
	if r.draw.IntN(3) == 0 {
		value = "*"
		if r.model.current(u.key) != nil {
			status = 412
		}
	}
	list := `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>` + u.etag +
		`</ETag></Part></CompleteMultipartUpload>`
	a := r.send("POST", u.key, query, list, header, value)
	if status != 0 {
		r.want("the status of CompleteMultipartUpload that its condition refuses", a.status, status)
		return
	}
	r.want("the status of CompleteMultipartUpload", a.status, 200)
	r.model.uploads = slices.Delete(r.model.uploads, i, i+1)
	var made struct{ ETag string }
	if err := xml.Unmarshal([]byte(a.body), &made); err != nil {
		r.fail("%v: %s", err, a.body)
	}
	r.want("the end of the ETag", strings.HasSuffix(made.ETag, `-1"`), true)
	r.wrote(u.key, &version{body: u.body, etag: made.ETag, written: r.model.now}, a)
}

func (r *run) wait() {
	by := pick(r, time.Minute, time.Hour, 13*time.Hour, 24*time.Hour, 50*time.Hour, 5*24*time.Hour, 120*24*time.Hour)
	if _, err := r.server.Advance(r.world, by); err != nil {
		r.t.Fatal(err)
	}
	r.model.pass(by)
	r.done = append(r.done, fmt.Sprintf("advance %v to %v", by, r.model.now))
}

// listed is what ListObjectVersions says.
type listed struct {
	Items []listedVersion `xml:",any"`
}

// listedVersion is an element of the list: a version, a delete marker, or something else.
type listedVersion struct {
	XMLName      xml.Name
	Key          string
	VersionID    string `xml:"VersionId"`
	IsLatest     bool
	ETag         string
	StorageClass string
	Size         int
	LastModified time.Time
}

func (v listedVersion) marker() bool { return v.XMLName.Local == "DeleteMarker" }

// compare holds all versions and uploads against the model, and learns the IDs of the
// delete markers that the rules have made.
func (r *run) compare() {
	items, at := r.listed(), 0
	for _, key := range slices.Sorted(maps.Keys(r.model.keys)) {
		all := r.model.keys[key]
		for i, v := range slices.Backward(all) {
			if at >= len(items) {
				r.fail("%s %q is not listed", key, v.id)
			}
			r.compareVersion(items[at], key, v, i == len(all)-1)
			at++
		}
	}
	r.want("how many versions are listed", len(items), at)
	r.compareUploads()
}

// listed is what the server lists of versions and delete markers.
func (r *run) listed() []listedVersion {
	var list listed
	if err := xml.Unmarshal([]byte(r.send("GET", "", "versions", "").body), &list); err != nil {
		r.t.Fatal(err)
	}
	r.done = r.done[:len(r.done)-1]
	return slices.DeleteFunc(list.Items, func(v listedVersion) bool { return v.XMLName.Local != "Version" && !v.marker() })
}

func (r *run) compareVersion(item listedVersion, key string, v *version, latest bool) {
	if v.id == "" && v.marker {
		v.id = item.VersionID
	}
	name := key + " " + v.id
	r.want("the key of "+name, item.Key, key)
	r.want("the version of "+name, item.VersionID, v.id)
	r.want("that it is a marker: "+name, item.marker(), v.marker)
	r.want("that it is the latest: "+name, item.IsLatest, latest)
	r.want("when it was written: "+name, item.LastModified.Equal(v.written.Truncate(time.Second)), true)
	if v.marker {
		return
	}
	r.want("the ETag of "+name, item.ETag, v.etag)
	r.want("the size of "+name, item.Size, len(v.body))
	r.want("the class of "+name, item.StorageClass, cmp.Or(v.class, "STANDARD"))
}

func (r *run) compareUploads() {
	var list struct {
		Uploads []struct {
			UploadID string `xml:"UploadId"`
		} `xml:"Upload"`
	}
	if err := xml.Unmarshal([]byte(r.send("GET", "", "uploads", "").body), &list); err != nil {
		r.t.Fatal(err)
	}
	r.done = r.done[:len(r.done)-1]
	r.want("how many uploads are listed", len(list.Uploads), len(r.model.uploads))
	for _, u := range r.model.uploads {
		found := false
		for _, other := range list.Uploads {
			found = found || other.UploadID == u.id
		}
		r.want("that an upload is listed", found, true)
	}
}
