"""What comes of every row of the two lists that came back: one text for each row.

Each says the economy, the post and its organisation, then everything else that is proposed, then
each cell of which something is doubted. ``tests/samples/README.md`` says which trap each row is.
"""

from collections.abc import Mapping

RETURN_FORM: Mapping[int, str] = {
    1: """
        A1: preamble
    """,
    2: """
        A2: preamble
    """,
    4: """
        C4: heading
    """,
    5: """
        AU | Manager, Liaison | Example Federal Police, Watchfloor (fictional)
        hours: 24/7 in Australia/Sydney
        languages: en
        networks: g7-24-7, interpol
        officer: Alexandra EXAMPLETON (en)
        telephone: +61 (0)2 5550 0123 = +61255500123
        mobile: 0491 570 156 = +61491570156
        e-mail: watchfloor@efp.example
        e-mail: alex.exampleton@efp.example
        confirmed: 2012-03-01
        C5: honorific
        D5: name-order
        G5: new-organisation
        H5: remark
        J5: number-completed
        L5: several-addresses
        P5: unrecorded-membership
    """,
    6: """
        BN | Head of Unit | Example Police Force, Commercial Crime (fictional)
        hours: Mo-Fr 07:45-16:30 in Asia/Brunei
        languages: ms, en
        note: Asked at TEL44 whether the older list is still in use
        officer: Siti Contoh binti Hj AHMAD (en)
        telephone: +673 055 0101 / 0102 = +6730550101, 24/7
        e-mail: siti.contoh@police-bn.example
        confirmed: 2012-03-01
        B6: economy-alias
        C6: honorific
        G6: new-organisation
        H6: remark
        K6: number-range, number-doubted
        M6: remark-in-cell, hours-unclear
        O6: hours-read
        Q6: ambiguous-date
    """,
    7: """
        CA | Technological Crime Liaison / Liaison, crimes technologiques | Example National Operations Centre / Centre national des opérations (fictif)
        hours: 24/7 in America/Toronto
        languages: en, fr
        networks: g7-24-7
        officer: Jean-François EXEMPLE (en)
        telephone: 613-555-0178 ext. 4521 = +16135550178 ext. 4521
        telephone: 613-555-0179 (after hours) = +16135550179, out_of_hours
        e-mail: noc-cno@enoc.example
        confirmed: 2012-04-03
        C7: honorific
        G7: new-organisation
        H7: remark
        I7: several-numbers, extension-read, number-completed, remark-in-cell
        P7: network-qualified
        Q7: ambiguous-date
    """,  # noqa: E501
    8: """
        CL | Subcomisario | Brigada de Ejemplo del Cibercrimen (ficticia)
        hours: Mo-Fr 08:30-17:30 in America/Santiago
        languages: es, en
        officer: María José EJEMPLO PÉREZ (en)
        telephone: (56-2) 0555 0101 = +56205550101, 24/7
        e-mail: mj.ejemplo@brigada.example
        confirmed: 2012-03-15
        C8: honorific
        G8: new-organisation
        H8: remark
        I8: number-doubted, number-completed
        M8: hours-unclear
        N8: remark-in-cell
        O8: hours-read
    """,
    9: """
        CN | Deputy Division Chief | Example Network Security Bureau (fictional)
        hours: Mo-Fr 09:00-17:30 in Asia/Shanghai
        languages: zh, en
        networks: interpol
        note: full-width @ in the mail cell
        officer: FAN Li (en), 范例 (zh-Hans)
        telephone: 86-10-05550101-8021 = +861005550101 ext. 8021
        e-mail: poc@nsb-cn.example
        confirmed: 2012-03-05
        B9: economy-alias
        C9: honorific
        G9: new-organisation
        H9: remark
        I9: extension-read, number-completed
        L9: address-repaired
        M9: empty-word
        O9: hours-read
    """,
    10: """
        HK | Senior Superintendent | Example Technology Crime Division (fictional)
        hours: 24/7 in Asia/Hong_Kong
        languages: en, yue, zh
        networks: g7-24-7, interpol
        officer: Stephen CHAN Si-fan (en), 陳示範 (zh-Hant)
        telephone: (852) 0555 0101 = +85205550101
        telephone: 0555 0102 (24 hrs) = +85205550102, duty
        e-mail: tcd@police-hk.example
        confirmed: 2012-03-05
        C10: honorific
        D10: name-order
        G10: new-organisation
        H10: remark
        I10: several-numbers, number-doubted, number-completed, remark-in-cell
        P10: network-qualified, unrecorded-membership
    """,
    11: """
        ID | Kanit | Unit Contoh Kejahatan Siber (fiktif)
        hours: Mo-Fr 08:00-16:00 in Asia/Jakarta
        languages: id
        networks: interpol
        note: mononym; impossible date
        officer: CONTOHWATI (en)
        telephone: 021-0555 0101 = +622105550101
        messaging: 0812-0555-0101 (WA) = +6281205550101
        e-mail: contohwati@siber.example
        C11: honorific
        G11: new-organisation
        H11: remark
        I11: number-completed
        J11: remark-in-cell, number-completed
        O11: hours-read
        Q11: impossible-date
    """,
    12: """
        JP | Assistant Director | Example Cybercrime Division (fictional)
        hours: Mo-Fr 09:30-18:15 in Asia/Tokyo
        languages: ja, en
        networks: g7-24-7, interpol
        officer: REI Taro (en), 例 太郎 (ja)
        telephone: 03-0555-0101（内線 1234） = +81305550101 ext. 1234, 24/7
        fax: FAX：03-0555-0109 = +81305550109, 24/7
        e-mail: cyber-poc@npa-jp.example
        confirmed: 2012-03-01
        C12: honorific
        E12: normalised
        G12: new-organisation
        H12: remark
        I12: extension-read, number-doubted, number-completed
        K12: remark-in-cell, number-doubted, number-completed
        M12: hours-unclear
        O12: hours-read, remark-in-cell
        Q12: other-calendar
    """,
    13: """
        KR | Inspector | Example Cyber Terror Response Center (fictional)
        hours: 24/7 in Asia/Seoul
        languages: ko, en
        networks: g7-24-7, interpol
        note: phone range 0101~3 = three lines
        officer: YESI Gil-dong (en), 예시길동 (ko)
        telephone: 02-055-0101~3 = +8220550101
        e-mail: ctrc@police-kr.example
        confirmed: 2012-03-02
        B13: economy-alias
        C13: honorific
        G13: new-organisation
        H13: remark
        I13: number-range, number-doubted, number-completed
        P13: unknown-network, unrecorded-membership
    """,
    14: """
        MY | Vice-Chair, Experts' Group; Director | Example Communications Commission (fictional)
        hours: Mo-Fr 09:00-18:00 in Asia/Kuala_Lumpur
        languages: ms, en
        officer: Placeholder bin CONTOH (en)
        telephone: 03-0555 0101 (O) = +60305550101
        mobile: 012-055 0101 (HP) = +60120550101
        e-mail: placeholder@commission-my.example
        confirmed: 2012-03-01
        C14: honorific
        G14: new-organisation
        H14: remark
        I14: several-numbers, number-doubted, number-completed, remark-in-cell
        O14: hours-read, hours-unclear
        Q14: ambiguous-date, two-digit-year
    """,
    15: """
        MX | Directora de Área | Policía Ejemplo, Unidad Cibernética (ficticia)
        hours: 24/7 in America/Mexico_City
        languages: es, en
        note: did not attend; list returned by mail
        officer: Guadalupe EJEMPLO DE LA PRUEBA (en)
        telephone: (55) 0555-0101 al 05 = +525505550101
        e-mail: g.ejemplo@policia-mx.example
        C15: honorific
        G15: new-organisation
        H15: remark
        I15: number-range, number-completed
    """,
    16: """
        NZ | Officer in Charge | Example E-Crime Group (fictional)
        hours: 24/7 in Pacific/Auckland
        languages: en, mi
        networks: g7-24-7, interpol
        officer: Wiremu TAUIRA (en)
        telephone: +64 4 055 0101 = +6440550101
        telephone: +64 21 055 0101 = +64210550101
        e-mail: ecrime@police-nz.example
        confirmed: 2012-03-01
        C16: honorific
        G16: new-organisation
        H16: remark
        I16: several-numbers, number-doubted
        P16: unrecorded-membership
    """,
    17: """
        PG | OIC Fraud Squad | Example Constabulary (fictional)
        hours: Mo-Fr 08:00-16:06 in Pacific/Port_Moresby
        languages: en, tpi
        note: no e-mail; post by fax only
        officer: Peter SAMPEL (en)
        telephone: 675 055 0101 = +6750550101
        B17: economy-alias
        C17: honorific
        D17: name-order
        G17: new-organisation
        H17: remark
        I17: number-doubted, number-completed
        K17: same-as, number-doubted, number-completed
        L17: empty-word
        O17: hours-read, zone-unclear
    """,
    18: """
        PH | State Counsel | Example Department of Justice (fictional)
        hours: Mo-Fr 08:00-17:00 in Asia/Manila
        languages: fil, en
        networks: interpol
        note: No cybercrime law yet; bill in Congress (per TEL44)
        officer: Juan DELA CRUZ-HALIMBAWA III (en)
        telephone: (+632) 055-0101 loc. 23 = +6320550101 ext. 23
        e-mail: jdh@doj-ph.example
        confirmed: 2012-03-01
        C18: honorific
        G18: new-organisation
        H18: remark
        I18: extension-read, number-doubted
        O18: hours-read, hours-unclear
    """,
    19: """
        RU | Начальник отдела | Управление «Пример» (вымышленное)
        hours: Mo-Fr 09:00-18:00 in Europe/Moscow
        languages: ru, en
        networks: g7-24-7, interpol
        note: Moscow was UTC+4 in 2011-2014
        officer: PRIMEROV Ivan Ivanovich (en), Примеров Иван Иванович (ru)
        telephone: +7 (495) 055-01-01, доб. 12 = +74950550101 ext. 12, 24/7
        e-mail: k-primer@mvd-ru.example
        confirmed: 2012-03-01
        C19: honorific
        G19: new-organisation
        H19: remark
        I19: extension-read
        M19: hours-unclear
        O19: hours-read
        P19: unrecorded-membership
        Q19: ambiguous-date
    """,
    20: """
        TH | Deputy Superintendent | Example High-Tech Crime Division (fictional)
        languages: th, en
        networks: interpol
        note: Buddhist-era year; asked whether a fixed representative is needed
        officer: Somchai TUAYANG (en), สมชาย ตัวอย่าง (th)
        telephone: 0 2055 0101-2 = +6620550101
        e-mail: somchai@htcd-th.example
        confirmed: 2012-03-15
        C20: honorific
        G20: new-organisation
        H20: remark
        I20: number-range, number-completed
        Q20: other-calendar
    """,
    21: """
        VN | Deputy Director | Example High-Tech Crime Department (fictional)
        hours: 24/7 in Asia/Ho_Chi_Minh
        languages: vi, en
        networks: interpol
        note: own-script name is in NFD
        officer: NGUYEN Van Vi Du (en), Nguyễn Văn Ví Dụ (vi)
        telephone: 84-24-0555 0101 = +842405550101
        e-mail: vidu@c50-vn.example
        confirmed: 2012-03-01
        C21: honorific
        E21: normalised
        G21: new-organisation
        H21: remark
        I21: number-doubted, number-completed
        Q21: ambiguous-date
    """,
    22: """
        US | Trial Attorney; Chair, Experts' Group | Example Computer Crime Section (fictional)
        hours: 24/7 in America/New_York
        languages: en
        networks: g7-24-7, interpol, budapest-35
        officer: Jane Q. SAMPLE (en)
        telephone: 202-555-0143 = +12025550143
        fax: Fax 202-555-0144 = +12025550144
        e-mail: "Command Center" <cc@ccs-us.example>
        e-mail: jane.sample@ccs-us.example
        confirmed: 2012-03-01
        B22: economy-alias
        C22: honorific
        G22: new-organisation
        H22: remark
        I22: number-completed
        K22: remark-in-cell, number-completed
        L22: several-addresses
        O22: zone-unclear
    """,
    23: """
        US | Duty Officer | Example Command Center (fictional)
        hours: 24/7 in America/New_York
        languages: en
        networks: g7-24-7
        note: a post, not a person; shares the mailbox of row 18
        telephone: +1 202 555 0145 (24-hr) = +12025550145, duty
        e-mail: cc@ccs-us.example
        confirmed: 2012-03-01
        B23: economy-alias
        D23: nobody-named
        G23: new-organisation
        H23: remark
        I23: remark-in-cell
        O23: zone-unclear
    """,
    24: """
        A24: duplicate
        B24: economy-alias
        C24: honorific
        F24: remark
        G24: remark
        H24: remark
        I24: number-completed
        R24: remark
    """,
    25: """
        TW | Prosecutor | Example District Prosecutors Office (fictional)
        hours: Mo-Fr 09:00-17:30 in Asia/Taipei
        languages: zh, en
        networks: g7-24-7
        note: INTERPOL cannot be right for this economy: warn
        officer: HSU Kung-kai (en), 許功蓋 (zh-Hant)
        telephone: +886-2-0555-0101 #2345 = +886205550101 ext. 2345
        e-mail: hsu@epo-tw.example
        confirmed: 2012-03-01
        C25: honorific
        G25: new-organisation
        H25: remark
        I25: extension-read
        O25: hours-read
        P25: impossible-membership, not-proposed
    """,
    26: """
        TW | Duty Officer | Example Criminal Investigation Corps (fictional)
        hours: 24/7 in Asia/Taipei
        languages: zh
        networks: g7-24-7
        note: alias of Chinese Taipei
        officer: WANG Fan-li (en), 王範例 (zh-Hant)
        telephone: 02-0555-0102 = +886205550102
        e-mail: duty@ecib-tw.example
        confirmed: 2012-03-01
        B26: economy-alias
        C26: honorific
        G26: new-organisation
        H26: remark
        I26: number-completed
    """,
    27: """
        A27: nobody-named
        H27: remark
    """,
    28: """
        MY | +SUM(1,1) | @Example Telco Berhad (fictional private sector)
        languages: en
        note: formula-injection row
        officer: =HYPERLINK("http://evil.example","Zed") (en)
        e-mail: zed@telco-my.example
        C28: honorific
        D28: formula-text
        F28: formula-text
        G28: formula-text, new-organisation
        H28: remark
        I28: empty-word
    """,
    30: """
        A30: footnote
    """,
}

MEETING_RETURN: Mapping[int, str] = {
    1: """
        A1: preamble
    """,
    2: """
        A2: preamble
        B2: preamble
    """,
    6: """
        AU | Manager, Liaison | Example Federal Police (fictional)
        hours: 24/7 in Australia/Sydney
        languages: en
        networks: g7-24-7, interpol
        officer: Alexandra EXAMPLETON (en)
        telephone: +61 2 5550 0123 = +61255500123
        mobile: 491570156 = +61491570156
        e-mail: watchfloor@efp.example
        confirmed: 2012-03-01
        B6: honorific
        C6: post-read, new-organisation
        E6: lost-sign
        K6: unrecorded-membership
    """,
    7: """
        AU | Watch officer | Example Federal Police (fictional)
        hours: 24/7 in Australia/Sydney
        languages: en
        officer: Sam EXAMPLETON-SMITH (en)
        telephone: +61 2 5550 0124 = +61255500124
        e-mail: sam@efp.example
        confirmed: 2012-03-01
        A7: organisation-assumed
        B7: remark-in-cell, honorific
    """,
    8: """
        AU | Watchfloor (duty officer) | Example Federal Police (fictional)
        hours: 24/7 in Australia/Sydney
        languages: en
        networks: g7-24-7
        telephone: +61 2 5550 0125 = +61255500125
        e-mail: watchfloor@efp.example
        confirmed: 2012-03-01
        A8: organisation-assumed
        B8: nobody-named
        C8: remark-in-cell
        K8: unrecorded-membership
    """,
    9: """
        HK | SSP | Example Technology Crime Division (fictional)
        hours: 24/7 in Asia/Hong_Kong
        languages: en, zh
        networks: g7-24-7, interpol
        officer: Stephen CHAN Si-fan (en), 陳示範 (zh-Hant)
        telephone: 85205550101 = +85205550101
        fax: 852 0555 0109 = +85205550109
        e-mail: tcd@police-hk.example
        confirmed: 2012-03-05
        A9: economy-alias
        B9: other-script, honorific
        C9: post-read, new-organisation
        D9: number-doubted, lost-sign
        F9: number-doubted, number-completed
        G9: link-differs
        K9: unrecorded-membership
        L9: ambiguous-date
    """,
    10: """
        JP | Assistant Director | Organisation not named in the list
        hours: 24/7 in Asia/Tokyo
        languages: ja, en
        networks: g7-24-7, interpol
        officer: REI Taro (en), 例 太郎 (ja)
        telephone: 81-3-0555-0101 (ext 1234) = +81305550101 ext. 1234
        e-mail: cyber-poc@npa-jp.example
        confirmed: 2012-03-01
        A10: organisation-assumed
        B10: other-script, honorific
        C10: new-organisation
        D10: comment, extension-read, number-doubted, number-completed
        F10: formula
    """,
    11: """
        KR | Inspectors | Example Center (fictional)
        hours: 24/7 in Asia/Seoul
        languages: ko, en
        officer: YESI Gil-dong (en)
        officer: PARK Yesi (en)
        telephone: +82 2 055 0101 = +8220550101
        telephone: +82 2 055 0102 = +8220550102
        e-mail: yesi@police-kr.example
        e-mail: park@police-kr.example
        confirmed: 2012-03-02
        A11: economy-alias
        B11: several-people
        C11: post-read, new-organisation
        D11: several-numbers, number-doubted
        G11: several-addresses
    """,
    12: """
        TW | Prosecutor | Organisation not named in the list
        zone: Asia/Taipei
        languages: zh-TW, en
        networks: g7-24-7
        officer: HSU Kung-kai (en), 許功蓋 (zh-Hant)
        telephone: +886 2 0555 0101 = +886205550101
        e-mail: hsu@epo-tw.example
        confirmed: 2011-09-24
        A12: organisation-assumed
        B12: other-script
        C12: new-organisation
    """,
    13: """
        A13: struck-out
        B13: other-script
        C13: remark-in-cell
        D13: not-proposed
        G13: not-proposed
        H13: not-proposed
        I13: not-proposed
        J13: not-proposed
    """,
    14: """
        TH | Deputy Superintendent | Organisation not named in the list
        zone: Asia/Bangkok
        languages: th
        networks: interpol
        officer: Somchai TUAYANG (en)
        telephone: +66 2 055 0101 = +6620550101
        e-mail: somchai@htcd-th.example
        A14: highlighted, organisation-assumed
        B14: honorific
        C14: new-organisation
        L14: other-calendar
    """,
    15: """
        VN | Deputy Director | Organisation not named in the list
        hours: 24/7 in Asia/Ho_Chi_Minh
        languages: vi
        officer: NGUYEN Van Vi Du (en)
        telephone: +84 24 0555 0101 = +842405550101
        e-mail: vidu@c50-vn.example
        confirmed: 2012-03-01
        A15: normalised, organisation-assumed
        B15: honorific
        C15: new-organisation
        D15: number-doubted
        G15: normalised
        L15: serial-date
    """,
    16: """
        A16: hidden
        B16: hidden
        C16: hidden
        D16: hidden
        F16: hidden
        G16: hidden
        I16: hidden
    """,
    17: """
        A17: empty-word, not-a-record
        B17: empty-word, not-a-record
    """,
    19: """
        A19: footnote
    """,
}
