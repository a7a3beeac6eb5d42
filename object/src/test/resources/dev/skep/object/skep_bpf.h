/* What the test sources need of the BPF dialect of C. Written for Skep; Apache-2.0. */
#define SEC(name) __attribute__((section(name), used))
#define NOINLINE __attribute__((noinline))
#define HIDDEN __attribute__((visibility("hidden")))
#define WEAK __attribute__((weak))
#define TAG(text) __attribute__((btf_decl_tag(text)))
#define CORE __attribute__((preserve_access_index))
#define UINT(name, value) int(*name)[value]
#define TYPE(name, type) typeof(type) *name
#define ARRAY(name, type) typeof(type) *name[]
#define ULONG(name, value) enum { __unique_##name = value } name

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

static void *(*map_lookup)(void *map, const void *key) = (void *)1;
static u64 (*ktime)(void) = (void *)5;
static long (*trace)(const char *fmt, u32 size, ...) = (void *)6;
static long (*tail_call)(void *ctx, void *map, u32 index) = (void *)12;
static u32 (*prandom)(void) = (void *)7;
static long (*for_each)(void *map, void *callback, void *ctx, u64 flags) = (void *)164;
