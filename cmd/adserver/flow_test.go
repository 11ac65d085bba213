package main_test

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/marquee-tickets/marquee/adserver/ads"
	adserver "github.com/marquee-tickets/marquee/cmd/adserver"
)

// What the advertiser of the test is called, and where its ad leads.
const (
	company = "Flow Theatre Wines"
	landing = "https://flow.example/boxes?from=marquee"
)

// journey is an ad on its way from somebody who signs up to a report of what it cost.
type journey struct {
	*testing.T
	buyer, admin, visitor *tab
	data                  string
	owner, creative       string // paths of the advertiser and of its creative
}

// TestFlow_AnAdIsBookedReviewedServedBilledAndReported goes all the way in a browser, as an advertiser, an administrator and a visitor of a storefront.
// Every page on it is audited.
func TestFlow_AnAdIsBookedReviewedServedBilledAndReported(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	data := t.TempDir()
	base := served(t, data)
	shop := storefront(t, base, command(t, "key", "demo", "--data", data))
	password := regexp.MustCompile(`with the password (\w+)`).FindStringSubmatch(command(t, "member", "root@ads.example", "--data", data))
	require.NotNil(t, password)
	j := &journey{T: t, data: data, buyer: newTab(ctx, t, base), admin: newTab(ctx, t, base), visitor: newTab(ctx, t, shop)}
	j.signUp()
	j.showDomain()
	j.topUp()
	j.book()
	j.design()
	j.signIn(password[1])
	j.review()
	j.start()
	ad := j.isSeen()
	j.isReported(1, 0)
	j.isClicked(ad)
	j.isReported(1, 1)
	j.saysWhy(ad)
	j.isHidden()
	j.administer()
	for _, b := range []*tab{j.buyer, j.admin, j.visitor} {
		assert.Empty(t, b.complaints())
	}
}

func (j *journey) signUp() {
	j.Helper()
	b := j.buyer
	b.open("/portal")
	b.sees("Sign in")
	b.looks("sign-in")
	b.press(link("Create an account"))
	b.enter("name", "Ada Lovelace")
	b.enter("email", "ada@flow.example")
	b.enter("password", "short")
	b.enter("company", company)
	b.enter("currency", "GBP")
	b.enter("time_zone", "Europe/Lundon")
	b.press(button("Create the account"))
	b.sees("Please look at this again")
	b.looks("sign-up with what is wrong")
	assert.Equal(j, []string{"#password", "#time_zone"}, answer[[]string](b, `[...document.querySelectorAll("[role=alert] a")].map((e) => e.hash)`), "in the order of the form")
	j.problemsLead("password", "time_zone")
	b.open("/portal/sign-up")
	b.looks("sign-up")
	// The second time without a mouse.
	for _, field := range [][2]string{
		{"name", "Ada Lovelace"}, {"email", "ada@flow.example"}, {"password", "a box with a view"}, {"company", company}, {"currency", "GBP"}, {"time_zone", "Europe/London"},
	} {
		b.tabTo(fmt.Sprintf(`e.name === %q`, field[0]))
		b.key(field[1])
	}
	b.tabTo(`e.type === "submit" && e.textContent === "Create the account"`)
	b.key("\r")
	b.sees("Your account is ready.")
	j.owner = b.where()
	b.looks("no campaigns yet")
}

// problemsLead checks that each problem of a form leads to its field.
func (j *journey) problemsLead(fields ...string) {
	j.Helper()
	for _, field := range fields {
		j.buyer.click(fmt.Sprintf(`[role=alert] a[href="#%s"]`, field))
		j.buyer.holds(fmt.Sprintf(`document.activeElement.name === %q`, field))
		assert.True(j, answer[bool](j.buyer, `document.activeElement.getAttribute("aria-invalid") === "true"`), field)
	}
}

func (j *journey) showDomain() {
	j.Helper()
	b := j.buyer
	b.open(j.owner + "/settings")
	b.enter("domain", "not a domain")
	b.press(button("Add the domain"))
	b.holds(`document.querySelector("#domain-problem") !== null`)
	b.looks("a domain that is none")
	b.enter("domain", "flow.example")
	b.press(button("Add the domain"))
	b.sees("not verified")
	b.looks("domains")
	b.press(button("Check flow.example"))
	b.sees("The domain is verified.")
	key := answer[string](b, `document.querySelector("#conversion-key").innerText`)
	assert.Equal(j, command(j.T, "key", "--advertiser", j.owner[strings.LastIndex(j.owner, "/")+1:], "--data", j.data), key)
}

func (j *journey) topUp() {
	j.Helper()
	b := j.buyer
	b.open(j.owner + "/balance")
	b.sees("GBP 0.00")
	b.looks("no balance")
	b.enter("amount", "nothing")
	b.press(button("Go on to pay"))
	j.problemsLead("amount")
	for _, bank := range []struct{ does, said string }{{"declined", "The payment did not come about"}, {"pay", "GBP 50.00 is in your balance"}} {
		b.open(j.owner + "/balance")
		b.enter("amount", "50")
		b.press(button("Go on to pay"))
		b.click(fmt.Sprintf(`input[value=%q]`, bank.does))
		b.press(button("Continue"))
		b.sees(bank.said)
		b.looks(bank.said)
	}
}

// book makes a campaign, and a line that bids more than those of the demo.
func (j *journey) book() {
	j.Helper()
	b := j.buyer
	b.open(j.owner + "/campaigns/new")
	b.looks("new campaign")
	b.enter("name", "Boxes with a view")
	b.enter("budget.total", "40")
	b.press(button("Make the campaign"))
	b.sees("Give it a line next.")
	b.looks("campaign without lines")
	b.press(link("New line"))
	b.looks("new line, empty")
	b.enter("name", "Wines, everywhere")
	b.enter("bid", "20")
	b.enter("budget.total", "30")
	b.click(`//summary[contains(., "Devices")]`)
	b.enter("in.device", "desktop, phone, tablet")
	b.enter("product", "wine")
	b.looks("new-line")
	b.enter("bid", "much")
	b.press(button("Make the line"))
	b.looks("new line with what is wrong")
	j.problemsLead("bid")
	b.enter("bid", "20")
	b.tabTo(`e.type === "submit" && e.textContent === "Make the line"`)
	b.press(button("Make the line"))
	b.sees("Give it a creative next.")
	b.sees("GBP 20.00 for 1,000 views")
	b.looks("line without creatives")
}

// design makes a creative of a picture and sends it to be reviewed.
func (j *journey) design() {
	j.Helper()
	b := j.buyer
	b.press(link("New creative"))
	for _, format := range []string{"HTML", "Native", "Video", "Image"} {
		b.press(link(format))
		b.looks("new creative: " + format)
	}
	file := filepath.Join(j.TempDir(), "banner.png")
	picture, err := adserver.Banner(company, "A glass of something cold, in a box of your own", ads.Size{Width: 970, Height: 250})
	require.NoError(j, err)
	require.NoError(j, os.WriteFile(file, picture, 0o600))
	j.isTooLarge()
	b.do("choose a file", chromedp.SetUploadFiles(`input[type=file]`, []string{file}))
	b.enter("name", "Wide")
	b.enter("landing", landing)
	b.enter("image.alt", "A glass of something cold, in a box of your own")
	b.enter("categories", "IAB8-18")
	j.previewed()
	b.looks("new-creative")
	b.press(button("Make the creative"))
	b.sees("Look at it, and send it to be reviewed.")
	j.creative = b.where()
	j.previewed()
	j.previewFits()
	b.looks("creative")
	b.press(button("Send to be reviewed"))
	b.sees("waits for review")
	b.looks("a creative that waits")
}

// isTooLarge chooses a file that the server would not take: it is said before anything is sent, and nothing is lost.
func (j *journey) isTooLarge() {
	j.Helper()
	b := j.buyer
	file := filepath.Join(j.TempDir(), "large.png")
	require.NoError(j, os.WriteFile(file, make([]byte, 3<<20), 0o600))
	b.enter("name", "Not sent")
	b.do("choose a file", chromedp.SetUploadFiles(`input[type=file]`, []string{file}))
	b.holds(`document.querySelector("input[type=file]").validationMessage === "This is larger than 2,097,152 bytes."`)
	b.click(button("Make the creative"))
	assert.Equal(j, "Not sent", answer[string](b, `document.querySelector("[name=name]").value`))
}

// previewFits checks that a banner which is wider than a phone is made as small as pages make it.
func (j *journey) previewFits() {
	j.Helper()
	b := j.buyer
	b.show(390, 800, "light")
	b.holds(`(() => {
		const frame = document.querySelector(".previews iframe"), box = frame.parentElement;
		return frame.offsetWidth > 970 && frame.getBoundingClientRect().width <= box.clientWidth && Math.abs(box.clientHeight - frame.getBoundingClientRect().height) < 2;
	})()`)
	b.show(1280, 900, "light")
	b.holds(`document.querySelector(".previews iframe").getBoundingClientRect().width > 970`)
}

// previewed waits until the frame of the preview has the picture: of the form before anything is stored, or of what is stored.
func (j *journey) previewed() {
	j.Helper()
	b := j.buyer
	answer[bool](b, `(document.querySelector('iframe[title^="Preview"]').scrollIntoView(), true)`)
	require.True(j, eventually(func() bool {
		ctx, cancel := b.step()
		defer cancel()
		shot, err := chromedp.Run(ctx, chromedp.Screenshot(`iframe[title^="Preview"]`))
		if err != nil {
			return false
		}
		img, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			return false
		}
		r, g, blue, _ := img.At(img.Bounds().Dx()/2, 12).RGBA()
		return g > 2*blue && g > r // the green of the banner
	}), "the preview has no picture")
}

func (j *journey) signIn(password string) {
	j.Helper()
	b := j.admin
	b.open("/portal/review")
	b.enter("email", "root@ads.example")
	b.enter("password", "what is it again")
	b.press(button("Sign in"))
	b.sees("please try again")
	b.looks("sign-in with what is wrong")
	b.enter("password", password)
	b.press(button("Sign in"))
}

func (j *journey) review() {
	j.Helper()
	b := j.admin
	b.sees("Creatives to review")
	b.looks("review")
	b.press(link("Wide"))
	b.sees(landing)
	b.looks("a creative to review")
	b.press(button("Approve"))
	b.sees("Approved.")
	b.sees("Nothing waits to be reviewed.")
	b.looks("nothing to review")
}

// start starts the campaign and its line, which are drafts.
func (j *journey) start() {
	j.Helper()
	b := j.buyer
	b.open(j.creative)
	b.sees("approved")
	b.press(link("Wines, everywhere"))
	b.sees("The line is a draft")
	b.looks("a line that is not served")
	b.press(button("Start"))
	b.sees("Started.")
	b.press(link("Boxes with a view"))
	b.press(button("Start"))
	b.sees("Started.")
	b.sees("The campaign can be served")
	b.looks("campaign")
}

// administer looks at the pages that nobody needed so far.
func (j *journey) administer() {
	j.Helper()
	b := j.admin
	for path, name := range map[string]string{
		"/advertisers": "advertisers", "/advertisers/1": "campaigns", "/finance": "books", "/traffic": "traffic", "/publishers": "publishers",
		"/publishers/new": "new publisher", "/publishers/1": "placements", "/publishers/1/settings": "publisher", "/publishers/1/placements/new": "new placement",
		"/publishers/1/placements/1": "placement", "/publishers/1/earnings": "earnings", "/publishers/1/reports": "report of a publisher",
		"/members": "members", "/members/1": "member", "/audit": "audit log", "/account": "account", "/advertisers/1/lines/1/edit": "edit a line",
	} {
		b.open("/portal" + path)
		b.looks(name)
	}
	b.open("/portal/advertisers/1/balance")
	assert.Equal(j, []string{"Northwind Rail"}, answer[[]string](b, `[...document.querySelectorAll(".top-of")].map((e) => e.innerText)`), "an administrator sees whose pages these are")
	assert.Equal(j, []string{"Balance"}, answer[[]string](b, `[...document.querySelectorAll("header [aria-current]")].map((e) => e.innerText)`))
	lost := newTab(b.ctx, j.T, b.base)
	lost.open("/portal/sign-out")
	lost.audited("a page that is none")
}
