"""Three lists as they come back from meetings, and what comes of every row of them.

They are written in Traditional Chinese, Korean and Spanish; everything in them is fictional.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Foreign:
    """A list, how it is saved, and what each of its rows is to propose, as in ``expected.py``."""

    text: str
    delimiter: str
    encoding: str
    reads_as: str
    expected: Mapping[int, str]

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """Its cells, row by row; in the text a bar stands between them."""
        return [
            [cell.strip() for cell in line.split("|")] for line in self.text.strip().splitlines()
        ]


CHINESE = Foreign(
    text="""
        亞太經合會 網路犯罪聯絡窗口名單（第45次會議）
        更新日期：101年3月30日
        項次 | 經濟體 | 服務機關 | 職稱 | 姓名 | 電話 | 傳真 | 手機 | 電子郵件 | 24小時 | 最後確認 | 備註
        1 | 中華台北 | 範例警政署範例局（虛構） | 偵查正 | 許範例 | +886-2-0550-0101 分機 12 | 同左 | 0900-000-111 | hsu@bureau-tw.example | 是 | 101年3月1日 |
        2 | 中華臺北 | 範例調查局範例處（虛構） | 科長 | 陳示範 先生 | (02)0550-0102轉345 | 02-0550-0103 | 待確認 | chen@office-tw.example | 否 | 101.03.15 | 上班時間可聯絡
        3 | 日本 | 警察廳範例課（虛構） | 警部 | 範例 太郎 | +81-3-0550-0104 | 無 |  | taro@bureau-jp.example | 24小時 | 101/3/5 |
        4 | 南韓 | 範例警察廳（虛構） | 警衛 | 金範例 | +82-2-0550-0105 | 同左 | +82-10-0550-0106 | kim@bureau-kr.example | 是 | 一○一年三月一日 |
        5 | 香港 | 範例警務處（虛構） | 總督察 | 陳大文 | 0550 0107 |  |  | chan@bureau-hk.example | 是 | 101年3月 | 待確認
        6 | 新加坡 |  |  | 懸缺 |  |  |  |  |  |  |
        7 | 越南 | 範例公安部（虛構） | 處長 | 阮文範 | +84-24-0550-0108 | 同上 |  | nguyen@bureau-vn.example | 是 | 101/3/9 | 職務代理人：黎氏範
        合計 | 7 個經濟體 |  |  | 5 人
        備註：以上資料僅供內部參考，請勿外流。
    """,  # noqa: E501
    delimiter=",",
    encoding="cp950",
    reads_as="cp950",
    expected={
        1: """
            A1: preamble
        """,
        2: """
            A2: preamble
        """,
        4: """
            TW | 偵查正 | 範例警政署範例局（虛構）
            hours: 24/7 in Asia/Taipei
            officer: 許範例 (zh-Hant)
            telephone: +886-2-0550-0101 分機 12 = +886205500101 ext. 12
            mobile: 0900-000-111 = +886900000111
            fax: +886-2-0550-0101 分機 12 = +886205500101 ext. 12
            e-mail: hsu@bureau-tw.example
            confirmed: 2012-03-01
            B4: economy-alias
            C4: new-organisation
            F4: extension-read
            G4: same-as, extension-read
            H4: number-completed
            K4: other-calendar
        """,
        5: """
            TW | 科長 | 範例調查局範例處（虛構）
            note: 上班時間可聯絡
            officer: 陳示範 (zh-Hant)
            telephone: (02)0550-0102轉345 = +886205500102 ext. 345
            fax: 02-0550-0103 = +886205500103
            e-mail: chen@office-tw.example
            confirmed: 2012-03-15
            B5: economy-alias
            C5: new-organisation
            E5: honorific
            F5: extension-read, number-completed
            G5: number-completed
            H5: empty-word
            K5: other-calendar
        """,
        6: """
            JP | 警部 | 警察廳範例課（虛構）
            hours: 24/7 in Asia/Tokyo
            officer: 範例 太郎 (ja)
            telephone: +81-3-0550-0104 = +81305500104
            e-mail: taro@bureau-jp.example
            confirmed: 2012-03-05
            B6: economy-alias
            C6: new-organisation
            F6: number-doubted
            G6: empty-word
            K6: other-calendar
        """,
        7: """
            KR | 警衛 | 範例警察廳（虛構）
            hours: 24/7 in Asia/Seoul
            officer: 金範例 (ko-Hani)
            telephone: +82-2-0550-0105 = +82205500105
            mobile: +82-10-0550-0106 = +821005500106
            fax: +82-2-0550-0105 = +82205500105
            e-mail: kim@bureau-kr.example
            confirmed: 2012-03-01
            B7: economy-alias
            C7: new-organisation
            F7: number-doubted
            G7: same-as, number-doubted
            K7: other-calendar
        """,
        8: """
            HK | 總督察 | 範例警務處（虛構）
            hours: 24/7 in Asia/Hong_Kong
            officer: 陳大文 (zh-Hant)
            telephone: 0550 0107 = +85205500107
            e-mail: chan@bureau-hk.example
            B8: economy-alias
            C8: new-organisation
            F8: number-doubted, number-completed
            K8: other-calendar, month-only
            L8: empty-word
        """,
        9: """
            A9: nobody-named
            B9: economy-alias
            E9: empty-word
        """,
        10: """
            VN | 處長 | 範例公安部（虛構）
            hours: 24/7 in Asia/Ho_Chi_Minh
            note: 職務代理人：黎氏範
            officer: 阮文範 (und-Hani)
            telephone: +84-24-0550-0108 = +842405500108
            e-mail: nguyen@bureau-vn.example
            confirmed: 2012-03-09
            B10: economy-alias
            C10: new-organisation
            F10: number-doubted
            G10: same-as
            K10: other-calendar
        """,
        11: """
            A11: footnote
            B11: footnote
            E11: footnote
        """,
        12: """
            A12: footnote
        """,
    },
)
KOREAN = Foreign(
    text="""
        연번 | 국가 | 소속기관 | 부서 | 직위 | 성명 | 사무실 전화 | 휴대폰 | 팩스 | 이메일 | 24시간 | 비고 | 최종 확인
        1 | 대한민국 | 예시경찰청(가상) | 사이버수사과 | 경감 | 홍예시 | 02-0550-0101 | 010-0550-0102 | 02-0550-0103 | hong@bureau-kr.example | 가능 |  | 2012. 3. 1.
        2 | 한국 | 예시검찰청(가상) | 디지털수사과 | 검사 | 김예시 / 박예시 | 02-0550-0104(내선 21) | 미정 | 상동 | kim@office-kr.example | 불가 | 담당자 변경 예정 | 2012.3
        3 | 일본 | 예시청(가상) |  | 경부 | 스즈키 예시 | +81-3-0550-0105 |  |  | suzuki@bureau-jp.example | 예 |  | 2012년 3월 5일
        4 | 베트남 | 예시부(가상) |  |  |  | +84 24 0550 0106 |  |  |  |  | 미지정 |
        5 | 홍콩 | 예시경무처(가상) |  | 총경 | 찬 예시 | +852 0550 0107 |  |  | chan@bureau-hk.example | 아니오 |  | 2012. 3. 7
        총 5개국
    """,  # noqa: E501
    delimiter=",",
    encoding="euc-kr",
    reads_as="cp949",
    expected={
        2: """
            KR | 경감 | 예시경찰청(가상); 사이버수사과
            hours: 24/7 in Asia/Seoul
            officer: 홍예시 (ko)
            telephone: 02-0550-0101 = +82205500101
            mobile: 010-0550-0102 = +821005500102
            fax: 02-0550-0103 = +82205500103
            e-mail: hong@bureau-kr.example
            confirmed: 2012-03-01
            B2: economy-alias
            C2: new-organisation
            G2: number-doubted, number-completed
            H2: number-completed
            I2: number-doubted, number-completed
        """,
        3: """
            KR | 검사 | 예시검찰청(가상); 디지털수사과
            note: 담당자 변경 예정
            officer: 김예시 (ko)
            officer: 박예시 (ko)
            telephone: 02-0550-0104(내선 21) = +82205500104 ext. 21
            fax: 02-0550-0103 = +82205500103
            e-mail: kim@office-kr.example
            B3: economy-alias
            C3: new-organisation
            F3: several-people
            G3: extension-read, number-doubted, number-completed
            H3: empty-word
            I3: same-as, number-doubted, number-completed
            M3: month-only
        """,
        4: """
            JP | 경부 | 예시청(가상)
            hours: 24/7 in Asia/Tokyo
            officer: 스즈키 예시 (ko)
            telephone: +81-3-0550-0105 = +81305500105
            e-mail: suzuki@bureau-jp.example
            confirmed: 2012-03-05
            B4: economy-alias
            C4: new-organisation
            G4: number-doubted
        """,
        5: """
            VN | 예시부(가상) | 예시부(가상)
            telephone: +84 24 0550 0106 = +842405500106
            B5: economy-alias
            C5: new-organisation
            G5: number-doubted
            L5: empty-word
        """,
        6: """
            HK | 총경 | 예시경무처(가상)
            officer: 찬 예시 (ko)
            telephone: +852 0550 0107 = +85205500107
            e-mail: chan@bureau-hk.example
            confirmed: 2012-03-07
            B6: economy-alias
            C6: new-organisation
            G6: number-doubted
        """,
        7: """
            A7: footnote
        """,
    },
)
SPANISH = Foreign(
    text="""
        Red de puntos de contacto – Reunión TEL 45
        N° | País | Institución | Punto de contacto | Cargo | Teléfono | Celular | Correo | Horario | Idiomas | Última actualización | Observaciones
        1 | México | Policía Ejemplo (ficticia) | Lic. José Ñandú EJEMPLO | Director de Ciberdelitos | 01 55 0550 0101 ext. 23 | +52 1 55 0550 0102 | jose@policia-mx.example | Lunes a viernes de 9:00 a 18:00 | español, inglés | 01/03/2012 | Por confirmar
        2 | Perú | División Ejemplo (ficticia) | Cmdte. María de la Muestra Ejemplo | Jefa de división | (01) 055-0103 anexo 456 | mismo | maria@division-pe.example;guardia@division-pe.example | 24 horas | español | 15/03/2012 |
        3 | Chile | Brigada Ejemplo (ficticia) | Subcomisario Juan Ejemplo Muestra |  | +56 2 0550 0104 / 0105 | 9 0550 0106 | juan@brigada-cl.example | 24/7 | español y portugués | 3 de marzo de 2012 | Reemplaza a Pedro Ejemplo
        4 | EE.UU. | Oficina Ejemplo (ficticia) | Guardia 24 h |  | 001 202 555 0107 |  | duty@oficina-us.example | Permanente | inglés | marzo 2012 |
        5 | Japón | Policía Ejemplo (ficticia) | EJEMPLO Taro |  | +81 3 0550 0108 |  | taro@bureau-jp.example |  | japonés | 05/13/2012 |
        6 | Corea | Policía Ejemplo (ficticia) | Sin designar |  |  |  |  |  | coreano |  |
        Total: 6 países
    """,  # noqa: E501
    delimiter=";",
    encoding="cp1252",
    reads_as="cp1252",
    expected={
        1: """
            A1: preamble
        """,
        2: """
            D2: heading
        """,
        3: """
            MX | Director de Ciberdelitos | Policía Ejemplo (ficticia)
            hours: Mo-Fr 09:00-18:00 in America/Mexico_City
            languages: es, en
            officer: José Ñandú EJEMPLO (en)
            telephone: 01 55 0550 0101 ext. 23 ext. 23
            mobile: +52 1 55 0550 0102 = +5215505500102
            e-mail: jose@policia-mx.example
            confirmed: 2012-03-01
            B3: economy-alias
            C3: new-organisation
            D3: honorific
            F3: extension-read, number-doubted
            G3: number-doubted
            I3: hours-read, zone-unclear
            K3: ambiguous-date
            L3: empty-word
        """,
        4: """
            PE | Jefa de división | División Ejemplo (ficticia)
            hours: 24/7 in America/Lima
            languages: es
            officer: María de la Muestra Ejemplo (en)
            telephone: (01) 055-0103 anexo 456 = +5110550103 ext. 456
            e-mail: maria@division-pe.example
            e-mail: guardia@division-pe.example
            confirmed: 2012-03-15
            B4: economy-alias
            C4: new-organisation
            D4: honorific
            F4: extension-read, number-completed
            G4: same-as, extension-read, number-completed
            H4: several-addresses
        """,
        5: """
            CL | Brigada Ejemplo (ficticia) | Brigada Ejemplo (ficticia)
            hours: 24/7 in America/Santiago
            languages: es, pt
            note: Reemplaza a Pedro Ejemplo
            officer: Juan Ejemplo Muestra (en)
            telephone: +56 2 0550 0104 / 0105 = +56205500104
            mobile: 9 0550 0106 = +56905500106
            e-mail: juan@brigada-cl.example
            confirmed: 2012-03-03
            C5: new-organisation
            D5: honorific
            F5: number-range, number-doubted
            G5: number-doubted, number-completed
            I5: zone-unclear
        """,
        6: """
            US | Guardia 24 h | Oficina Ejemplo (ficticia)
            hours: 24/7 in America/New_York
            languages: en
            telephone: 001 202 555 0107 = +12025550107
            e-mail: duty@oficina-us.example
            B6: economy-alias
            C6: new-organisation
            D6: nobody-named
            F6: number-completed
            I6: zone-unclear
            K6: month-only
        """,
        7: """
            JP | Policía Ejemplo (ficticia) | Policía Ejemplo (ficticia)
            languages: ja
            officer: EJEMPLO Taro (en)
            telephone: +81 3 0550 0108 = +81305500108
            e-mail: taro@bureau-jp.example
            confirmed: 2012-05-13
            B7: economy-alias
            C7: new-organisation
            F7: number-doubted
        """,
        8: """
            A8: not-proposed
            B8: ambiguous-economy
            C8: not-proposed
            D8: empty-word
            J8: not-proposed
        """,
        9: """
            A9: footnote
        """,
    },
)
