"""Korean words of APIs and their English: verbs by what they do, nouns and verbs by name.

Data only, as in the lexicon. Particles and endings follow a stem, so an entry is compared with the beginning of a word.
"""

from __future__ import annotations

from madang.catalog.lexicon import Act, words

AUXILIARIES = words(
    "줘 주세요 줄래 줘요 주시겠어요 주라 다오 좀 해 해줘 해주세요 하자 싶어 싶다 싶은데 봐 봐줘 볼까 "
    "하나 요 할래 할까 부탁해 부탁 드려요 주실래요 하기 하고"
)
"""Words after the verb of a request, which say only that it is one."""

KOREAN_ACTS: dict[Act, str] = {
    "list": (
        "목록 리스트 전부 전체 검색 찾아 찾기 찾을 나열 보여 보자 볼래 조회 알려 누구 뭐 무엇 뭔 어느 몇 내역 현황 명단"
    ),
    "get": (
        "조회 보여 보자 볼래 알려 확인 추적 변환 번역 계산 분석 감지 검증 가져 상세 정보 읽어 찾아 찾을 "
        "어때 어떤 얼마 언제 어디 누구 뭐 무엇 상태 통계 예보 궁금 설명 날씨 내려받 다운로드 있어 있지 "
        "추천"
    ),
    "create": (
        "만들 생성 추가 달아 달기 남겨 등록 작성 올려 올리 써 쓰기 쓸 새 보내 전송 발송 신청 예약 주문 "
        "게시 발행 포크 복제 복사 초대 공유 환불 결제 구매 업로드 첨부 붙여 시작 실행 병합 배포 번역 "
        "변환 투표 검증 추적 입력 넣어 계산 분석 감지 발급 요청 댓글 반응 좋아요 연결 그려"
    ),
    "update": (
        "닫 열어 수정 변경 바꿔 바꾸 갱신 업데이트 고쳐 고치 편집 설정 교체 병합 멈춰 멈추 정지 중지 "
        "중단 재개 재생 틀어 넘겨 건너 맞춰 켜 꺼 끄 옮겨 옮기 이동 보관 복원 되돌 승인 거절 수락 차단 "
        "해제 잠가 잠금 고정 표시 팔로우 구독 완료 재시작 종료 지정 배정 할당 정리 무효 발송 음소거 활성 "
        "비활성 참여 가입 즐겨 북마크 투표 취소"
    ),
    "delete": (
        "삭제 지워 지우 지울 제거 없애 취소 해지 철회 폐기 빼 정리 비워 비우 탈퇴 언팔로우 끊어 내보내 강퇴 무효 휴지통"
    ),
}
"""Stems of Korean verbs and verbal nouns; a word of a request begins with one."""

_WORDS = """
이슈 issue, 저장소 repository, 리포지토리 repository, 레포 repository, 소유자 owner, 조직 organization,
단체 organization, 사용자 user, 유저 user, 회원 member user, 구성원 member user, 멤버 member, 팀 team,
팀원 member user, 사람 user people person, 프로젝트 project, 브랜치 branch, 가지 branch, 커밋 commit, 태그 tag,
꼬리표 tag label, 릴리스 release, 릴리즈 release, 출시 release, 라벨 label, 레이블 label, 마일스톤 milestone,
담당자 assignee, 기여자 contributor, 협업자 collaborator, 풀리퀘스트 pull+request, 풀 pull, 리뷰 review,
검토 review, 후기 review, 댓글 comment, 답글 reply comment, 답장 reply, 코멘트 comment, 게시글 article post topic,
게시물 article post topic, 글 article post topic, 주제 topic subject, 토픽 topic, 기사 article, 뉴스 news article,
게시판 board section article forum, 포럼 forum topic post, 카테고리 category, 분류 category classification,
장르 genre, 제목 title, 본문 body, 내용 content body, 작성자 writer author, 글쓴이 writer author, 저자 author,
이름 name, 별명 nickname alias, 비밀번호 password, 암호 password, 파일 file, 첨부파일 attachment file,
첨부 attachment file attach, 폴더 folder directory, 문서 document, 이미지 image, 사진 photo image picture,
그림 image picture, 아바타 avatar photo, 동영상 video, 영상 video, 비디오 video, 음악 music playback track player,
노래 track song, 곡 track song, 수록곡 track, 가수 artist, 아티스트 artist, 앨범 album, 재생목록 playlist,
플레이리스트 playlist, 재생 playback play, 볼륨 volume, 음량 volume, 소리 volume sound, 채널 channel conversation,
대화 conversation, 대화방 conversation room channel, 메시지 message, 쪽지 private+message, 문자 sms message text,
메일 mail email message, 이메일 email mail message, 편지 mail, 받은편지함 inbox message, 휴지통 trash,
스팸 spam, 임시보관 draft, 초안 draft, 필터 filter, 부재중 vacation, 자동응답 vacation, 휴가 vacation,
알림 notification reminder alert snooze, 방해금지 snooze dnd, 리마인더 reminder, 전화 phone call, 통화 call,
연락처 contact, 주소 address, 위치 position location, 장소 place location venue, 지도 map, 경로 route journey,
여정 journey, 길 route road, 도로 road, 노선 line route, 지하철 tube line rail, 열차 train arrival line,
기차 train rail, 버스 bus, 정류장 stop, 정거장 stop, 역 station stop, 택시 taxi cab, 자전거 bike bicycle cycle,
대여소 station point docking, 주차장 car+park, 교통 traffic transport, 교통사고 accident, 사고 accident incident,
운행 service status running, 운항 flight status operation, 지연 delay, 도착 arrival, 출발 departure, 날씨 weather,
기상 weather, 예보 forecast, 기온 temperature, 비 rain precipitation, 미세먼지 air+quality, 공기질 air+quality,
대기질 air+quality, 공기 air, 특보 alert severe, 경보 alert warning, 시간별 hourly, 일별 daily, 매일 daily,
과거 history historical past, 도시 city, 나라 country, 국가 country, 주 province state week, 캐나다 canada,
런던 london, 지역 region area, 동네 neighborhood area, 우편번호 postal zip, 위도 latitude, 경도 longitude,
주문 order, 상품 product item, 제품 product, 물건 item, 품목 item, 재고 inventory stock,
장바구니 cart basket shopping, 쇼핑 shopping, 결제 payment charge, 지불 payment pay, 환불 refund,
청구 charge bill invoice, 청구서 invoice, 송장 invoice shipment tracking, 영수증 receipt, 가격 price,
요금 fee rate price, 금액 amount, 운임 rate shipping, 환율 exchange rate currency, 화폐 currency, 카드 card,
계좌 account bank, 은행 bank, 계정 account, 잔액 balance, 잔고 balance, 예산 budget, 가계부 budget,
거래 transaction, 내역 transaction history list, 수취인 payee, 지출 expense spending transaction, 수입 income,
송금 transfer, 이체 transfer, 정산 payout settlement, 분쟁 dispute, 구독 subscription subscribe, 요금제 plan,
쿠폰 coupon, 할인 discount coupon, 세금 tax, 배송 delivery shipping shipment tracking, 배달 delivery,
운송장 tracking shipment, 택배 package parcel shipment, 소포 package parcel, 발송 send ship, 발송물 shipment,
창고 warehouse, 택배사 carrier, 운송사 carrier, 수거 pickup, 반품 return, 반송 return, 추적 tracking track,
포장 package, 고객 customer, 손님 customer guest, 판매자 seller vendor, 가게 store shop, 매장 store,
식당 restaurant, 음식점 restaurant, 음식 food, 요리 recipe dish cook, 레시피 recipe, 재료 ingredient,
식재료 ingredient, 식단 meal+plan, 메뉴 menu, 영양 nutrition, 칼로리 calorie, 와인 wine, 포도주 wine, 버터 butter,
달걀 egg, 계란 egg, 쌀 rice, 우유 milk, 설탕 sugar, 소금 salt, 빵 bread, 고기 meat, 스테이크 steak,
어울리 pairing match, 궁합 pairing, 대신 substitute instead, 대체 substitute replacement, 농담 joke,
퀴즈 trivia quiz, 예약 reservation booking schedule, 일정 event schedule calendar, 약속 event appointment,
달력 calendar, 캘린더 calendar, 이벤트 event, 행사 event, 공연 event concert show, 공연장 venue,
콘서트 concert event, 경기장 venue stadium, 회의 meeting event, 바쁜 busy, 한가 free busy, 할일 task todo,
작업 task job, 업무 task, 일 task job, 하위 sub child, 하위작업 subtask, 목표 goal, 포트폴리오 portfolio,
섹션 section, 구역 section area, 작업공간 workspace, 워크스페이스 workspace, 템플릿 template, 서식 template,
노트 note, 메모 note memo, 기록 record log history, 로그 log, 이력 history, 통계 statistics stats, 보고서 report,
요약 summary, 상태 status state, 설정 settings configuration, 환경 environment, 환경변수 environment+variable,
변수 variable, 비밀 secret, 시크릿 secret, 키 key, 열쇠 key, 토큰 token, 권한 permission role access, 역할 role,
그룹 group, 목록 list, 명단 list, 버전 version, 코드 code, 검색 search, 웹훅 webhook, 훅 hook, 서버 server,
도메인 domain, 인증서 certificate, 인증 authentication verify, 로그인 login session, 로그아웃 logout, 세션 session,
데이터베이스 database, 테이블 table, 배포 deployment deploy, 빌드 build, 워크플로 workflow, 실행 run execution,
작업흐름 workflow, 컨테이너 container, 네트워크 network, 플러그인 plugin, 노드 node, 클러스터 cluster swarm,
서비스 service, 프로세스 process, 재시작 restart, 도커 docker container, 깃허브 github, 슬랙 slack, 아사나 asana,
스포티파이 spotify, 지메일 gmail, 구글 google, 스트라이프 stripe, 저장 save store, 백업 backup, 복원 restore,
가져오기 import, 내보내기 export, 별 star, 별표 star, 팔로워 follower, 팔로우 follow, 팔로잉 following,
친구 friend, 좋아요 like favorite, 즐겨찾기 favorite bookmark, 북마크 bookmark, 배지 badge, 뱃지 badge,
초대 invite invitation, 가입 join register, 탈퇴 leave, 책 book, 도서 book, 영화 movie film, 드라마 show series,
프로그램 show program, 방송 show broadcast, 방송국 network, 시리즈 series show, 에피소드 episode, 회차 episode,
배우 actor person, 시청 watch, 경기 match game, 게임 game, 선수 player, 학생 student, 학교 school,
수업 class course lesson, 강의 course lecture, 직원 employee staff, 부서 department, 회사 company, 환자 patient,
진료 appointment, 의사 doctor, 반려동물 pet, 애완동물 pet, 동물 animal pet, 강아지 dog pet,
차량 vehicle car device position, 자동차 car vehicle, 기기 device, 장치 device, 단말 device, 운전자 driver,
지오펜스 geofence, 울타리 geofence fence, 정비 maintenance, 이동 trip move, 여행 trip travel, 항공편 flight,
항공사 airline, 항공기 aircraft, 비행기 flight plane aircraft, 비행 flight, 공항 airport, 라운지 lounge, 좌석 seat,
호텔 hotel, 방 room, 객실 room, 티켓 ticket, 표 ticket table, 설문 survey, 양식 form, 투표 vote poll,
질문 question, 답변 answer, 번역 translate translation, 언어 language, 말 language, 텍스트 text,
문장 text sentence, 날짜 date, 시간 time hour, 오늘 today, 내일 tomorrow forecast, 어제 yesterday history,
최근 recent latest, 최신 latest recent, 인기 popular top, 상위 top, 공휴일 holiday, 휴일 holiday, 명절 holiday,
내 authenticated mine my current, 나의 authenticated mine my current, 내가 authenticated mine my current,
저의 authenticated mine my, 나 authenticated me, 현재 current, 새로운 new create, 병합 merge, 머지 merge,
합쳐 merge, 포크 fork, 승인 approve, 거절 reject decline, 닫 close, 열어 open, 취소 cancel void, 무효 void,
해지 cancel, 정지 suspend stop, 멈춰 pause stop, 멈추 pause stop, 중지 stop, 종료 stop kill end, 강제 force kill,
재개 resume, 틀어 play start, 다음 next skip, 이전 previous, 넘겨 skip next, 건너 skip, 꺼 disable snooze off,
켜 enable, 켜기 enable, 맞춰 set adjust, 맞추 set adjust,
옮겨 move, 옮기 move, 보관 archive, 복제 duplicate copy clone, 복사 copy duplicate,
정리 prune clean, 미사용 unused prune, 불필요 unused, 추천 recommend recommendation, 비슷한 similar related,
유사 similar, 가까운 nearest near, 근처 near nearest, 주변 near nearby, 이모지 emoji reaction, 반응 reaction,
고정 pin, 변환 convert, 계산 compute calculate, 검증 validate verify, 확인 check verify validate, 감지 detect,
분석 analyze analysis, 속한 member belong, 참여 join member, 대기열 queue, 셔플 shuffle, 반복 repeat,
메타데이터 metadata, 단위 unit, 사이트 site, 페이지 page, 링크 link, 주소록 contact, 받은 received inbox,
보낸 sent, 가능 available, 지원 supported support, 상세 detail, 전체 all, 찾아 search find, 찾기 search find,
추가 add, 보내 send, 전송 send, 등록 register, 나오는 playing current, 재생중 playing current, 달아 add,
붙여 add attach, 올려 post upload, 작성 write post, 빌려 rent, 써 write post, 남겨 leave post
"""

KOREAN: dict[str, str] = {
    korean: english for korean, _, english in (each.strip().partition(" ") for each in _WORDS.split(","))
}
"""Korean words of APIs and what they may be called in English, `+` between words that only mean it together;
the longest entry that begins a word is taken."""
