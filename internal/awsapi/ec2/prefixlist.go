package ec2

import (
	"slices"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/awsapi"
)

// addressLists is S3's list of addresses in the call's region, the only one of AWS's lists that
// there is here.
type addressList struct {
	id, name string
	ranges   []string
}

// ranges are S3's in a region, as AWS's list of its addresses has some of them (ip-ranges.json).
// Those of the other regions are made up: nothing depends on them. [unsure]
var ranges = map[string][]string{
	"us-east-1":    {"3.5.0.0/19", "18.34.0.0/19", "52.216.0.0/15", "54.231.0.0/16"},
	"us-west-2":    {"3.5.76.0/22", "18.34.48.0/20", "52.92.128.0/17", "52.218.128.0/17"},
	"eu-west-1":    {"3.5.64.0/21", "18.34.96.0/20", "52.92.0.0/17", "52.218.0.0/17"},
	"eu-central-1": {"3.5.134.0/23", "3.5.136.0/22", "52.219.44.0/22", "52.219.168.0/22"},
}

func listsOf(c *awsapi.Call) []addressList {
	region := c.Region()
	all := ranges[region]
	if all == nil {
		all = []string{"198.51.100.0/24"}
	}
	return []addressList{{prefixList(region), s3Service(region), all}}
}

func (l addressList) arn(c *awsapi.Call) string {
	return "arn:aws:ec2:" + c.Region() + ":aws:prefix-list/" + l.id
}

func noPrefixList(id string) error {
	return awsapi.Refuse("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", id)
}

type describeListsInput struct {
	DryRun        bool
	PrefixListIds []string `aws:"PrefixListId"`
	Filters       []filter `aws:"Filter"`
	MaxResults    *int
	NextToken     string
}

// piece is the part of the lists that is asked for.
func (in *describeListsInput) piece(c *awsapi.Call, known attributes[addressList]) ([]addressList, string, error) {
	return listed(listsOf(c), listing[addressList]{
		ids: in.PrefixListIds, filters: in.Filters, size: in.MaxResults, token: in.NextToken, most: 1000,
		called: "prefixListIds", id: func(l addressList) string { return l.id }, missing: noPrefixList, known: known,
		tags: noTags[addressList], dryRun: in.DryRun,
	})
}

type prefixes struct {
	PrefixListId   string               `xml:"prefixListId"`
	PrefixListName string               `xml:"prefixListName"`
	Cidrs          awsapi.Items[string] `xml:"cidrSet"`
}

type describeListsOutput struct {
	PrefixLists awsapi.Items[prefixes] `xml:"prefixListSet"`
	NextToken   string                 `xml:"nextToken,omitempty"`
}

var listAttributes = attributes[addressList]{
	"prefix-list-id":   func(l addressList) []string { return []string{l.id} },
	"prefix-list-name": func(l addressList) []string { return []string{l.name} },
}

func describePrefixLists(c *awsapi.Call, in *describeListsInput) (*describeListsOutput, error) {
	all, next, err := in.piece(c, listAttributes)
	out := &describeListsOutput{NextToken: next}
	for _, l := range all {
		out.PrefixLists = append(out.PrefixLists, prefixes{l.id, l.name, l.ranges})
	}
	return out, err
}

type managedList struct {
	PrefixListId   string            `xml:"prefixListId"`
	AddressFamily  string            `xml:"addressFamily"`
	State          string            `xml:"state"`
	PrefixListArn  string            `xml:"prefixListArn"`
	PrefixListName string            `xml:"prefixListName"`
	OwnerId        string            `xml:"ownerId"`
	Tags           awsapi.Items[tag] `xml:"tagSet"`
}

type describeManagedOutput struct {
	PrefixLists awsapi.Items[managedList] `xml:"prefixListSet"`
	NextToken   string                    `xml:"nextToken,omitempty"`
}

var managedAttributes = attributes[addressList]{
	"owner-id":         func(addressList) []string { return []string{"AWS"} },
	"prefix-list-id":   listAttributes["prefix-list-id"],
	"prefix-list-name": listAttributes["prefix-list-name"],
}

func describeManagedLists(c *awsapi.Call, in *describeListsInput) (*describeManagedOutput, error) {
	all, next, err := in.piece(c, managedAttributes)
	out := &describeManagedOutput{NextToken: next}
	for _, l := range all {
		out.PrefixLists = append(out.PrefixLists, managedList{
			PrefixListId: l.id, AddressFamily: "IPv4", State: "create-complete", PrefixListArn: l.arn(c), PrefixListName: l.name,
			OwnerId: "AWS",
		})
	}
	return out, err
}

type listEntriesInput struct {
	DryRun        bool
	PrefixListId  string `aws:",required"`
	TargetVersion *int64 // of AWS's lists there is one
	MaxResults    *int
	NextToken     string
}

type listEntry struct {
	Cidr string `xml:"cidr"`
}

type listEntriesOutput struct {
	Entries   awsapi.Items[listEntry] `xml:"entrySet"`
	NextToken string                  `xml:"nextToken,omitempty"`
}

func checkListEntries(c *awsapi.Call, in *listEntriesInput) ([]*authz.Request, error) {
	return c.Ask("arn:aws:ec2:"+c.Region()+":aws:prefix-list/"+in.PrefixListId, regionKey(c))
}

func listEntries(c *awsapi.Call, in *listEntriesInput) (*listEntriesOutput, error) {
	all := listsOf(c)
	i := slices.IndexFunc(all, func(l addressList) bool { return l.id == in.PrefixListId })
	if i < 0 {
		return nil, noPrefixList(in.PrefixListId)
	}
	cidrs, next, err := page(slices.Sorted(slices.Values(all[i].ranges)), func(cidr string) string { return cidr },
		piece{least: 1, most: 100, size: in.MaxResults, token: in.NextToken})
	if err == nil {
		err = dryRun(in.DryRun)
	}
	out := &listEntriesOutput{NextToken: next}
	for _, cidr := range cidrs {
		out.Entries = append(out.Entries, listEntry{cidr})
	}
	return out, err
}
