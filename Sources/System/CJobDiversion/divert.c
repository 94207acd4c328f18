#include "CJobDiversion.h"

#include <pthread.h>
#include <stddef.h>

#define SWIFTCC __attribute__((swiftcall))

typedef SWIFTCC void (*enqueue_original)(void *job);

extern SWIFTCC void (*swift_task_enqueueGlobal_hook)(void *job, enqueue_original original);
// An executor is two words, both null for none in particular.
extern SWIFTCC void swift_job_run(void *job, void *executor, void *implementation);

static _Thread_local job_sink diverted_to;
static _Thread_local void *context_of_sink;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

static SWIFTCC void divert(void *job, enqueue_original original) {
  if (diverted_to != NULL) {
    diverted_to(context_of_sink, job);
  } else {
    original(job);
  }
}

static void install(void) { swift_task_enqueueGlobal_hook = divert; }

void job_diversion_begin(job_sink sink, void *context) {
  pthread_once(&installed, install);
  diverted_to = sink;
  context_of_sink = context;
}

void job_diversion_end(void) {
  diverted_to = NULL;
  context_of_sink = NULL;
}

void job_diversion_run(void *job) { swift_job_run(job, NULL, NULL); }
