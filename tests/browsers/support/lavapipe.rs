//! Lets Chromium compute WebGPU on lavapipe, Mesa's Vulkan on the processor.
//!
//! Chromium takes a software adapter only from the `libvk_swiftshader.so` beside its program, and
//! only if the device says that it is SwiftShader. This library stands in that file's place. It
//! hands every call to lavapipe and changes three answers: the device bears SwiftShader's numbers,
//! two features are there that Mesa 22 lacks (images indexed by a variable, which no kernel of
//! ours has), and a device is made without asking for them.
//!
//! Built by `lavapipe.mjs`; `LAVAPIPE` names Mesa's library.

use std::env::var_os;
use std::ffi::{CStr, CString, c_char, c_void};
use std::os::unix::ffi::OsStringExt;
use std::sync::OnceLock;

/// Any function of Vulkan, or null.
type Function = *mut c_void;
type GetProc = unsafe extern "C" fn(*mut c_void, *const c_char) -> Function;
type Describe = unsafe extern "C" fn(*mut c_void, *mut u32);
type CreateDevice =
    unsafe extern "C" fn(*mut c_void, *const Created, *const c_void, *mut c_void) -> i32;

/// SwiftShader's vendor and device, as in Vulkan's registry.
const VENDOR: u32 = 0x1ae0;
const DEVICE: u32 = 0xc0de;

/// Places in `VkPhysicalDeviceProperties`, in words.
const VENDOR_AT: usize = 2;
const DEVICE_AT: usize = 3;

/// `shaderSampledImageArrayDynamicIndexing` and `shaderStorageImageArrayDynamicIndexing`:
/// places in `VkPhysicalDeviceFeatures`, in words.
const MISSING: [usize; 2] = [34, 36];

/// Words before the payload of a structure that begins with its type and a pointer.
const HEADER: usize = 4;

/// `VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2`
const FEATURES_2_TYPE: u32 = 1_000_059_000;

/// What every extensible structure of Vulkan begins with.
#[repr(C)]
struct Link {
    kind: u32,
    next: *mut Link,
}

/// `VkDeviceCreateInfo`
#[repr(C)]
struct Created {
    link: Link,
    flags: u32,
    queue_count: u32,
    queues: *const c_void,
    layer_count: u32,
    layers: *const c_void,
    extension_count: u32,
    extensions: *const c_void,
    features: *mut u32,
}

unsafe extern "C" {
    fn dlopen(file: *const c_char, flags: i32) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

/// Now, not at the first call.
const RTLD_NOW: i32 = 2;

/// Questions whose answers are changed, and where the answer begins in what they fill in, in words.
const PROPERTIES: usize = 0;
const PROPERTIES_2: usize = 1;
const FEATURES: usize = 2;
const FEATURES_2: usize = 3;
const ANSWER_AT: [usize; 4] = [0, HEADER, 0, HEADER];

/// Lavapipe's own answers.
static ANSWERS: [OnceLock<Describe>; 4] = [const { OnceLock::new() }; 4];
static CREATE: OnceLock<CreateDevice> = OnceLock::new();

unsafe extern "C" fn answer<const QUESTION: usize>(device: *mut c_void, out: *mut u32) {
    unsafe {
        ANSWERS[QUESTION].wait()(device, out);
        let answer = out.add(ANSWER_AT[QUESTION]);
        match QUESTION {
            PROPERTIES | PROPERTIES_2 => rename(answer),
            _ => set(answer, 1),
        }
    }
}

/// Keeps lavapipe's function, and gives the one that stands before it.
unsafe fn before<const QUESTION: usize>(found: Function) -> Function {
    let own = unsafe { std::mem::transmute::<Function, Describe>(found) };
    ANSWERS[QUESTION].get_or_init(|| own);
    answer::<QUESTION> as Function
}

unsafe extern "C" fn create_device(
    physical: *mut c_void,
    created: *const Created,
    allocator: *const c_void,
    out: *mut c_void,
) -> i32 {
    unsafe {
        if !(*created).features.is_null() {
            set((*created).features, 0);
        }
        let mut link = (*created).link.next;
        while !link.is_null() {
            if (*link).kind == FEATURES_2_TYPE {
                set(link.cast::<u32>().add(HEADER), 0);
            }
            link = (*link).next;
        }
        CREATE.wait()(physical, created, allocator, out)
    }
}

unsafe fn rename(properties: *mut u32) {
    unsafe {
        *properties.add(VENDOR_AT) = VENDOR;
        *properties.add(DEVICE_AT) = DEVICE;
    }
}

unsafe fn set(features: *mut u32, value: u32) {
    for place in MISSING {
        unsafe { *features.add(place) = value };
    }
}

/// Lavapipe's own way to its functions.
fn lavapipe() -> GetProc {
    static FOUND: OnceLock<GetProc> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let file = var_os("LAVAPIPE").expect("LAVAPIPE names Mesa's library");
        let file = CString::new(file.into_vec()).expect("a path");
        unsafe {
            let library = dlopen(file.as_ptr(), RTLD_NOW);
            assert!(!library.is_null(), "{file:?} cannot be loaded");
            let found = dlsym(library, c"vk_icdGetInstanceProcAddr".as_ptr());
            assert!(!found.is_null(), "{file:?} is no driver of Vulkan's");
            std::mem::transmute::<Function, GetProc>(found)
        }
    })
}

/// What Chromium looks for in the library: the way to every other function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn vkGetInstanceProcAddr(
    instance: *mut c_void,
    name: *const c_char,
) -> Function {
    unsafe {
        let found = lavapipe()(instance, name);
        if found.is_null() {
            return found;
        }
        match CStr::from_ptr(name).to_bytes() {
            b"vkGetPhysicalDeviceProperties" => before::<PROPERTIES>(found),
            b"vkGetPhysicalDeviceProperties2" | b"vkGetPhysicalDeviceProperties2KHR" => {
                before::<PROPERTIES_2>(found)
            }
            b"vkGetPhysicalDeviceFeatures" => before::<FEATURES>(found),
            b"vkGetPhysicalDeviceFeatures2" | b"vkGetPhysicalDeviceFeatures2KHR" => {
                before::<FEATURES_2>(found)
            }
            b"vkCreateDevice" => {
                CREATE.get_or_init(|| std::mem::transmute::<Function, CreateDevice>(found));
                create_device as Function
            }
            _ => found,
        }
    }
}
