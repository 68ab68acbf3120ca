/* A PKCS#11 module that fails on purpose: it stands before a real one.
 *
 * FAULTY_MODULE is the real module; FAULTY_PLAN a file that says what fails and is read
 * anew at each call; FAULTY_PIN what somebody enters at the reader's keypad, and
 * FAULTY_NEW_PIN what they enter as a new PIN, and from its change on;
 * FAULTY_TRACE, where it is set, a file that gets a line for each key that is made,
 * wrapped or restored, each signature, each object that is destroyed and each token that
 * is initialised, before it is; FAULTY_INSIDE, likewise, one that is told at the start
 * what the module finds: whether its process may be dumped (PR_GET_DUMPABLE), and the
 * number of a helper that it starts and leaves running, as some makers' modules do.
 *
 * A plan has one rule a line. Calls are counted for each function from 1; `*` is each.
 * `before` is before the real module is asked, `after` is when it has acted.
 *
 *   C_Sign 2 after return 0x30     answer with this number
 *   C_Sign 1 before hang           never answer
 *   C_Sign 1 before crash          die of a segmentation fault
 *   C_Sign 1 before kill 350       die of SIGKILL so many microseconds later
 *   C_Sign 1 after remove          the token is gone, until a line says `restore`
 *   C_Sign * after flip 3          turn one bit in what the argument with this number,
 *                                  from 0, points to
 *   C_GetTokenInfo * after serial 00000000      also: label TEXT, flags 0x10000
 *   missing C_GenerateKeyPair      no such function
 *   another list                   C_GetFunctionList gives another list when asked again
 *   mechanism 0x1041 hide          no such mechanism
 *   keypad                         the PIN is entered at the reader and nowhere else
 *
 * Source: PKCS#11 v2.40, pkcs11f.h (order and arguments), pkcs11t.h (structures).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long word; /* CK_ULONG, CK_RV, handles and pointers are this wide */
typedef word (*call)(word, word, word, word, word, word, word, word);

enum {
  OK = 0,
  ARGUMENTS_BAD = 0x7,
  DEVICE_REMOVED = 0x32,
  FUNCTION_NOT_SUPPORTED = 0x54,
  MECHANISM_INVALID = 0x70,
  TOKEN_NOT_PRESENT = 0xe0,
  CKA_CLASS = 0x0,
  CKA_ID = 0x102,
  CKF_PROTECTED_AUTHENTICATION_PATH = 0x100
};

struct token_info {
  char label[32], manufacturer[32], model[16], serial[16];
  word flags;
};

struct attribute {
  word type;
  unsigned char *value;
  word length;
};

/* Every function of the list, in its order, with how many arguments it takes. */
#define FUNCTIONS(F) \
  F(C_Initialize, 1) F(C_Finalize, 1) F(C_GetInfo, 1) F(C_GetFunctionList, 1) \
  F(C_GetSlotList, 3) F(C_GetSlotInfo, 2) F(C_GetTokenInfo, 2) \
  F(C_GetMechanismList, 3) F(C_GetMechanismInfo, 3) F(C_InitToken, 4) \
  F(C_InitPIN, 3) F(C_SetPIN, 5) F(C_OpenSession, 5) F(C_CloseSession, 1) \
  F(C_CloseAllSessions, 1) F(C_GetSessionInfo, 2) F(C_GetOperationState, 3) \
  F(C_SetOperationState, 5) F(C_Login, 4) F(C_Logout, 1) F(C_CreateObject, 4) \
  F(C_CopyObject, 5) F(C_DestroyObject, 2) F(C_GetObjectSize, 3) \
  F(C_GetAttributeValue, 4) F(C_SetAttributeValue, 4) F(C_FindObjectsInit, 3) \
  F(C_FindObjects, 4) F(C_FindObjectsFinal, 1) F(C_EncryptInit, 3) F(C_Encrypt, 5) \
  F(C_EncryptUpdate, 5) F(C_EncryptFinal, 3) F(C_DecryptInit, 3) F(C_Decrypt, 5) \
  F(C_DecryptUpdate, 5) F(C_DecryptFinal, 3) F(C_DigestInit, 2) F(C_Digest, 5) \
  F(C_DigestUpdate, 3) F(C_DigestKey, 2) F(C_DigestFinal, 3) F(C_SignInit, 3) \
  F(C_Sign, 5) F(C_SignUpdate, 3) F(C_SignFinal, 3) F(C_SignRecoverInit, 3) \
  F(C_SignRecover, 5) F(C_VerifyInit, 3) F(C_Verify, 5) F(C_VerifyUpdate, 3) \
  F(C_VerifyFinal, 3) F(C_VerifyRecoverInit, 3) F(C_VerifyRecover, 5) \
  F(C_DigestEncryptUpdate, 5) F(C_DecryptDigestUpdate, 5) F(C_SignEncryptUpdate, 5) \
  F(C_DecryptVerifyUpdate, 5) F(C_GenerateKey, 5) F(C_GenerateKeyPair, 8) \
  F(C_WrapKey, 6) F(C_UnwrapKey, 8) F(C_DeriveKey, 6) F(C_SeedRandom, 3) \
  F(C_GenerateRandom, 3) F(C_GetFunctionStatus, 1) F(C_CancelFunction, 1) \
  F(C_WaitForSlotEvent, 3)

#define AT(name, count) AT_##name,
enum { FUNCTIONS(AT) COUNT };
#define NAME(name, count) #name,
static const char *const names[COUNT] = {FUNCTIONS(NAME)};

struct list {
  unsigned char major, minor;
  call function[COUNT];
};

static struct list *real, ours;
static word counted[COUNT];
static int removed, changed;
static char plan[16384];

static void read_plan(void) {
  const char *path = getenv("FAULTY_PLAN");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  ssize_t length = file < 0 ? 0 : read(file, plan, sizeof plan - 1);
  if (file >= 0) close(file);
  plan[length < 0 ? 0 : length] = 0;
}

/* Give the next line of the plan after `from`, or NULL. */
static const char *next_line(const char **from, char *line, size_t room) {
  if (!**from) return NULL;
  size_t length = strcspn(*from, "\n");
  snprintf(line, room, "%.*s", (int)length, *from);
  *from += length;
  if (**from == '\n') ++*from;
  return line;
}

static int planned(const char *wanted) {
  char line[256];
  for (const char *at = plan; next_line(&at, line, sizeof line);)
    if (strcmp(line, wanted) == 0) return 1;
  return 0;
}

static int is_hidden(word mechanism) {
  char line[256], word_[256];
  word number;
  for (const char *at = plan; next_line(&at, line, sizeof line);)
    if (sscanf(line, "mechanism %lx %255s", &number, word_) == 2 &&
        strcmp(word_, "hide") == 0 && number == mechanism)
      return 1;
  return 0;
}

static void kill_later(word microseconds) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  struct itimerspec when = {
      .it_value = {microseconds / 1000000, microseconds % 1000000 * 1000 + 1}};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  timer_settime(timer, 0, &when, NULL);
}

/* A token that is taken out ends its sessions, and they stay ended. */
static void take_out(void) {
  word slots[64], count = 64;
  removed = 1;
  if (((word(*)(word, word *, word *))real->function[AT_C_GetSlotList])(
          1, slots, &count) == OK)
    for (word at = 0; at < count; at++)
      real->function[AT_C_CloseAllSessions](slots[at], 0, 0, 0, 0, 0, 0, 0);
}

static void pad(char *field, size_t width, const char *text) {
  size_t length = strlen(text);
  memset(field, ' ', width);
  memcpy(field, text, length < width ? length : width);
}

/* Do what a rule says; give 1 where `*answer` is the answer now. */
static int act(const char *action, const char *text, word *given, word *answer) {
  word number = strtoul(text, NULL, 0);
  struct token_info *info = (struct token_info *)given[1];
  if (strcmp(action, "return") == 0) return *answer = number, 1;
  if (strcmp(action, "hang") == 0)
    for (;;) pause();
  if (strcmp(action, "crash") == 0) raise(SIGSEGV);
  if (strcmp(action, "kill") == 0) kill_later(number);
  if (strcmp(action, "remove") == 0) return take_out(), *answer = DEVICE_REMOVED, 1;
  if (strcmp(action, "flip") == 0 && number < 8 && given[number])
    *(unsigned char *)given[number] ^= 1;
  if (strcmp(action, "serial") == 0) pad(info->serial, sizeof info->serial, text);
  if (strcmp(action, "label") == 0) pad(info->label, sizeof info->label, text);
  if (strcmp(action, "flags") == 0) info->flags |= number;
  return 0;
}

/* Follow every rule for this call; give 1 where `*answer` is the answer now. */
static int follow(int which, const char *when, word *given, word *answer) {
  char line[256], name[64], count[32], moment[16], action[16], text[128];
  for (const char *at = plan; next_line(&at, line, sizeof line);) {
    text[0] = 0;
    if (sscanf(line, "%63s %31s %15s %15s %127[^\n]", name, count, moment, action,
               text) < 4)
      continue;
    if (strcmp(name, names[which]) || strcmp(moment, when)) continue;
    if (strcmp(count, "*") && strtoul(count, NULL, 0) != counted[which]) continue;
    if (strcmp(action, "remove") == 0 && planned("restore")) continue;
    if (act(action, text, given, answer)) return 1;
  }
  return 0;
}

/* What a module answers while its token is out. */
static int answer_removed(int which, word *given, word *answer) {
  switch (which) {
    case AT_C_Initialize: case AT_C_Finalize: case AT_C_GetInfo:
    case AT_C_GetFunctionList:
      return 0;
    case AT_C_GetSlotList:
      if (!(given[0] & 0xff)) return 0;
      *(word *)given[2] = 0;
      return *answer = OK, 1;
    case AT_C_GetSlotInfo: case AT_C_GetTokenInfo: case AT_C_OpenSession:
    case AT_C_GetMechanismList: case AT_C_GetMechanismInfo: case AT_C_InitToken:
      return *answer = TOKEN_NOT_PRESENT, 1;
    default:
      return *answer = DEVICE_REMOVED, 1;
  }
}

static int uses_hidden_mechanism(int which, word *given) {
  switch (which) {
    case AT_C_GetMechanismInfo:
      return is_hidden(given[1]);
    case AT_C_EncryptInit: case AT_C_DecryptInit: case AT_C_DigestInit:
    case AT_C_SignInit: case AT_C_SignRecoverInit: case AT_C_VerifyInit:
    case AT_C_VerifyRecoverInit: case AT_C_GenerateKey: case AT_C_GenerateKeyPair:
    case AT_C_WrapKey: case AT_C_UnwrapKey: case AT_C_DeriveKey:
      return given[1] && is_hidden(*(word *)given[1]);
    default:
      return 0;
  }
}

/* Leave hidden mechanisms out of a list that was just filled. */
static void shorten(word *list, word *count) {
  word kept = 0;
  if (!list) return;
  for (word at = 0; at < *count; at++)
    if (!is_hidden(list[at])) list[kept++] = list[at];
  *count = kept;
}

/* With a keypad no PIN may come from the computer; the one entered there is used. */
static int enter_at_keypad(int which, word *given, word *answer) {
  static const struct { int which, at, is_new; } pins[] = {
      {AT_C_InitToken, 1, 0}, {AT_C_InitPIN, 1, 0}, {AT_C_Login, 2, 0},
      {AT_C_SetPIN, 1, 0}, {AT_C_SetPIN, 3, 1}};
  for (size_t each = 0; each < sizeof pins / sizeof *pins; each++) {
    if (pins[each].which != which) continue;
    int at = pins[each].at, is_new = changed || pins[each].is_new;
    const char *entered = getenv(is_new ? "FAULTY_NEW_PIN" : "FAULTY_PIN");
    if (given[at] || given[at + 1]) return *answer = ARGUMENTS_BAD, 1;
    given[at] = (word)entered;
    given[at + 1] = entered ? strlen(entered) : 0;
  }
  return 0;
}

static struct attribute *find_id(struct attribute *from, word count) {
  for (word at = 0; at < count; at++)
    if (from[at].type == CKA_ID) return from + at;
  return NULL;
}

/* Read an attribute into its room; it has no length where the object lacks it. */
static void read_attribute(word *given, struct attribute *into) {
  word answer = real->function[AT_C_GetAttributeValue](given[0], given[1], (word)into, 1,
                                                       0, 0, 0, 0);
  if (answer != OK) into->length = 0;
}

/* Say which key is made or restored, by its id, what is signed, or which object is
 * destroyed, by its id and class, before it is done; of a key that is wrapped and a
 * token that is initialised nothing but that it is. */
static void trace(int which, word *given) {
  const char *path = getenv("FAULTY_TRACE");
  char line[256];
  unsigned char room[64];
  word class = 0;
  struct attribute *id = NULL, data = {0, (unsigned char *)given[1], given[2]};
  struct attribute none = {0, NULL, 0}, read = {CKA_ID, room, sizeof room};
  struct attribute kind = {CKA_CLASS, (unsigned char *)&class, sizeof class};
  if (!path) return;
  if (which == AT_C_GenerateKeyPair)
    id = find_id((struct attribute *)given[2], given[3]);
  else if (which == AT_C_UnwrapKey)
    id = find_id((struct attribute *)given[5], given[6]);
  else if (which == AT_C_DestroyObject)
    read_attribute(given, id = &read), read_attribute(given, &kind);
  else if ((which == AT_C_WrapKey && given[4]) || which == AT_C_InitToken)
    id = &none;
  else if (which == AT_C_Sign && given[3])
    id = &data;
  if (!id) return;
  int length = snprintf(line, sizeof line, "%s ", names[which]);
  for (word at = 0; at < id->length && at < 64; at++)
    length += snprintf(line + length, sizeof line - length, "%02x", id->value[at]);
  if (which == AT_C_DestroyObject)
    length += snprintf(line + length, sizeof line - length, " %lx",
                       kind.length ? class : ~0UL);
  line[length++] = '\n';
  int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (write(file, line, (size_t)length) != length) abort();
  close(file);
}

/* Tell what the module finds in its process, and leave a helper in it. */
static void look_inside(void) {
  const char *path = getenv("FAULTY_INSIDE");
  FILE *file = path ? fopen(path, "we") : NULL;
  if (!file) return;
  int dumpable = prctl(PR_GET_DUMPABLE, 0, 0, 0, 0);
  pid_t helper = fork();
  if (helper == 0) {
    execlp("sleep", "sleep", "600", (char *)NULL);
    _exit(1);
  }
  fprintf(file, "%d %d\n", dumpable, (int)helper);
  fclose(file);
}

static word through(int which, word *given) {
  word answer = OK;
  counted[which]++;
  read_plan();
  if (removed && planned("restore")) removed = 0;
  if (follow(which, "before", given, &answer)) return answer;
  if (removed && answer_removed(which, given, &answer)) return answer;
  if (uses_hidden_mechanism(which, given)) return MECHANISM_INVALID;
  int keypad = planned("keypad");
  if (keypad && enter_at_keypad(which, given, &answer)) return answer;
  if (!real->function[which]) return FUNCTION_NOT_SUPPORTED;
  trace(which, given);
  answer = real->function[which](given[0], given[1], given[2], given[3], given[4],
                                 given[5], given[6], given[7]);
  if (answer == OK && which == AT_C_SetPIN) changed = 1;
  if (answer == OK && which == AT_C_GetMechanismList)
    shorten((word *)given[1], (word *)given[2]);
  if (answer == OK && which == AT_C_GetTokenInfo && keypad)
    ((struct token_info *)given[1])->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
  follow(which, "after", given, &answer);
  return answer;
}

#define TAKES_1 word a
#define GIVES_1 a
#define TAKES_2 TAKES_1, word b
#define GIVES_2 GIVES_1, b
#define TAKES_3 TAKES_2, word c
#define GIVES_3 GIVES_2, c
#define TAKES_4 TAKES_3, word d
#define GIVES_4 GIVES_3, d
#define TAKES_5 TAKES_4, word e
#define GIVES_5 GIVES_4, e
#define TAKES_6 TAKES_5, word f
#define GIVES_6 GIVES_5, f
#define TAKES_8 TAKES_6, word g, word h
#define GIVES_8 GIVES_6, g, h
#define WRAP(name, count) \
  static word wrapped_##name(TAKES_##count) { \
    word given[8] = {GIVES_##count}; \
    return through(AT_##name, given); \
  }
FUNCTIONS(WRAP)
#define LIST(name, count) ours.function[AT_##name] = (call)wrapped_##name;

word C_GetFunctionList(struct list **list) {
  const char *path = getenv("FAULTY_MODULE");
  void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
  word (*get)(struct list **) = NULL;
  *list = &ours;
  if (real) { /* callers may have changed the one list that there is */
    static struct list another;
    another = ours;
    if (planned("another list")) *list = &another;
    return OK;
  }
  if (library) *(void **)&get = dlsym(library, "C_GetFunctionList");
  if (!get || get(&real) != OK) return DEVICE_REMOVED;
  ours.major = real->major;
  ours.minor = real->minor;
  FUNCTIONS(LIST)
  ours.function[AT_C_GetFunctionList] = (call)C_GetFunctionList;
  read_plan();
  look_inside();
  for (int which = 0; which < COUNT; which++) {
    char line[80];
    snprintf(line, sizeof line, "missing %s", names[which]);
    if (planned(line)) ours.function[which] = NULL;
  }
  return OK;
}

#ifdef QUORUM_CALLS
/* What one maker has beside the list for a login by several cards; nobody makes them. */
word C_LoginBegin(void) { return FUNCTION_NOT_SUPPORTED; }
word C_LoginNext(void) { return FUNCTION_NOT_SUPPORTED; }
word C_LoginEnd(void) { return FUNCTION_NOT_SUPPORTED; }
#endif
