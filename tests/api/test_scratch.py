def test_x(real, demo):
    print(real.get("/economies")["items"][0]["code"])
    for q in [dict(to="MY",from_="US"),dict(to="US",from_="MY"),dict(to="US",from_="TW",function="preservation")]:
        a=real.get("/reach",at="2026-11-18T05:00:00Z",**q)
        print(a["answer"])
        for r in a["routes"]: print(r["rank"],r["network"],r["standing"],r["contact"] and r["contact"]["title"]["en"],r["reachable"],[w["code"] for w in r["warnings"]])
        for k in ("unrecorded","closed","not_for_this"): print(k,[(x["network"],x["code"]) for x in a[k]])
        print([n["code"] for n in a["notes"]])
